"""The place of an answer among those that may be made at the same time."""

from __future__ import annotations

from libs.common.admission import Admission, Kinds, Place

WRITTEN: Kinds = ("written", "written", "written", "written")
QUOTED: Kinds = ("quoted", "quoted", "quoted_half", "quoted_quarter")
"""Classes of work at each level: everything up to a language model's turn, and quoting to the end."""
BRIEF = ""
"""Words of our own: so short that their time says nothing about the others."""


class AnswerPlace:
    """What an answer holds while this process computes for it; given back once, by whoever comes first.

    Args:
        level: The pressure under which the answer is made, 0 to 3.
        admission: Who gave the place; None where nobody counts.
        place: The place.
    """

    def __init__(
        self, level: int = 0, admission: Admission | None = None, place: Place | None = None
    ) -> None:
        self._level = level
        self._admission = admission
        self._place = place

    @property
    def level(self) -> int:
        """The pressure under which the answer is made, 0 to 3."""
        return self._level

    def leave(self, kind: str = "") -> None:
        """Gives the place back; from then on it does nothing.

        Args:
            kind: The class of the work that was done; empty where its time says nothing.
        """
        if self._admission is None or self._place is None:
            return
        place, self._place = self._place, None
        place.kind = kind or place.kind
        self._admission.leave(place, learn=bool(kind))
