"""How many pieces of work may run at the same time, found by watching how long they take.

TCP Vegas (Brakmo and Peterson, 1995) as Netflix's concurrency-limits applies it to servers: of `limit`
pieces under way about `limit * (1 - quickest / present)` wait for one another inside the machine. Few of
them, and one more may run; many, and one less.
"""

from __future__ import annotations

from collections.abc import Hashable
from statistics import median

FEW = 2.0
MANY = 5.0
"""Pieces that wait inside: below the one the limit rises, above the other it falls."""

WINDOW = 16
"""Pieces of work between two decisions."""
DRIFT = 1.02
"""The quickest time known is forgotten by so much a window, so that a changed cost becomes known."""


class AdaptiveLimit:
    """A limit on concurrency; every class of work has a quickest time of its own.

    Args:
        least: The limit never falls below.
        most: The limit never rises above.
        start: Where it begins.
    """

    def __init__(self, least: int = 2, most: int = 64, start: int = 8) -> None:
        self._least = least
        self._most = most
        self._limit = start
        self._quickest: dict[Hashable, float] = {}
        self._window: dict[Hashable, list[float]] = {}

    @property
    def limit(self) -> int:
        """How many may run now."""
        return self._limit

    def note(self, kind: Hashable, seconds: float, running: int) -> None:
        """Takes the time of a finished piece into account.

        Args:
            kind: Its class of work.
            seconds: From its start to its end, without waiting for admission.
            running: How many ran when it ended, itself among them.
        """
        window = self._window.setdefault(kind, [])
        window.append(seconds)
        if len(window) < WINDOW:
            return
        present = median(window)
        window.clear()
        known = self._quickest.get(kind)
        quickest = present if known is None else min(known * DRIFT, present)
        self._quickest[kind] = quickest
        waiting = self._limit * (1.0 - quickest / present) if present > 0.0 else 0.0
        if waiting < FEW and running * 2 > self._limit:
            self._limit = min(self._limit + 1, self._most)
        elif waiting > MANY:
            self._limit = max(self._limit - 1, self._least)
