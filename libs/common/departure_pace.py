"""How far apart pieces of work end while others wait: what a queue's length means in seconds.

The time that a piece takes does not tell: a machine that is given too much at once takes longer for each, and
that shows when the first of them end, when the queue is long already.
"""

from __future__ import annotations

from libs.common.clock import Clock

_SMOOTHING = 0.2
_HALF_LIFE = 1.0
"""Seconds in which half of what is known is forgotten while nothing waits."""


class DeparturePace:
    """Watches one queue while something waits in it.

    Args:
        clock: Tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waits = False
        self._last = 0.0
        self._apart: float | None = None

    def begin(self) -> None:
        """Notes that something waits, where nothing did."""
        now = self._clock.monotonic()
        if self._apart is not None:
            self._apart *= 0.5 ** ((now - self._last) / _HALF_LIFE)
        self._waits, self._last = True, now

    def note(self) -> None:
        """Notes that a piece of work has ended."""
        if not self._waits:
            return
        now = self._clock.monotonic()
        apart, self._last = now - self._last, now
        known = apart if self._apart is None else self._apart
        self._apart = known + _SMOOTHING * (apart - known)

    def end(self) -> None:
        """Notes that nothing waits any more."""
        self._waits = False

    def seconds(self, at_once: int) -> float:
        """Returns the seconds between two ends; 0 where nothing waits.

        When nothing has ended for a while, each of those that run takes at least so long.

        Args:
            at_once: How many run at the same time.
        """
        if not self._waits:
            return 0.0
        silent = (self._clock.monotonic() - self._last) / at_once
        return max(self._apart or 0.0, silent)
