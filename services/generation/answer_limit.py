"""How many answers may be computed at the same time."""

from __future__ import annotations

from collections.abc import Hashable

from libs.common.adaptive_limit import AdaptiveLimit
from services.generation.answer_place import QUOTED

REMEMBERED = 16
"""Answers that end until quoted ones are forgotten, if there are no more of them."""


class AnswerLimit:
    """A limit on concurrency for an `Admission`.

    What a written answer holds its place for is mostly waiting, for retrieval above all: how many of them may
    do so at once is found by watching. A quoted answer computes all the time. More of them than there are
    processors end none earlier, and all later: that cannot be seen in how long they take when there were too
    many of them from the beginning, so that their number is given.

    Args:
        computed: Answers that may be computed at once in any case, and at most while some of them are quoted.
    """

    def __init__(self, computed: int) -> None:
        self._computed = computed
        self._written = AdaptiveLimit(least=computed)
        self._since_quoted = REMEMBERED

    @property
    def limit(self) -> int:
        """How many may be computed now."""
        return self._computed if self._since_quoted < REMEMBERED else self._written.limit

    def note(self, kind: Hashable, seconds: float, running: int) -> None:
        """Takes the time of an answer of some class into account; so many were computed when it ended."""
        if kind in QUOTED:
            self._since_quoted = 0
            return
        self._since_quoted = min(self._since_quoted + 1, REMEMBERED)
        self._written.note(kind, seconds, running)
