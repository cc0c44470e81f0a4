"""How often something happened within the last while, in constant time and memory."""

from __future__ import annotations


class SlidingCount:
    """Counts in slots of time, of which the oldest is forgotten when a new one begins.

    Args:
        seconds: Length of the while.
        slots: Its parts; the while is at most one of them too short.
    """

    __slots__ = ("_counts", "_newest", "_seconds", "_total", "_width")

    def __init__(self, seconds: float, slots: int) -> None:
        self._seconds = seconds
        self._width = seconds / slots
        self._counts = [0] * slots
        self._newest = 0
        self._total = 0

    def add(self, now: float) -> None:
        """Counts one; `now` is in seconds on a clock that never goes back."""
        self._forget(now)
        self._counts[self._newest % len(self._counts)] += 1
        self._total += 1

    def total(self, now: float) -> int:
        """Returns how many there were."""
        self._forget(now)
        return self._total

    def recent(self, now: float, slots: int) -> float:
        """Returns how many there would have been, had it always been as in the last slots.

        Args:
            now: The time.
            slots: How many, at least 2: the present one has only begun.
        """
        self._forget(now)
        counted = sum(self._counts[(self._newest - back) % len(self._counts)] for back in range(slots))
        begun = min(max(now - self._newest * self._width, 0.0), self._width)
        return counted * self._seconds / ((slots - 1) * self._width + begun)

    def _forget(self, now: float) -> None:
        present = int(now / self._width)
        if present <= self._newest:
            return
        size = len(self._counts)
        for slot in range(max(self._newest + 1, present - size + 1), present + 1):
            self._total -= self._counts[slot % size]
            self._counts[slot % size] = 0
        self._newest = present
