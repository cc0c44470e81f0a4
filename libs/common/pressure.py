"""The level of pressure, 0 to 4, told from how long new work would wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from libs.common.clock import Clock

SHED = 4
"""The level at which work is turned away."""
CALM_SHARE = 0.5
CALM_SECONDS = 0.25
"""A level is left when the wait has been below this share of its threshold for so long."""

PRESSURE_KEY = "x-causeway-pressure"
"""Metadata that tells the level: initial metadata the server's, a request's that of a caller with a queue."""

_LEVELS = frozenset(map(str, range(SHED + 1)))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Waiting times, in seconds, from which on the levels 1 to 4 hold; each at least the one before."""

    seconds: tuple[float, float, float, float] = (0.02, 0.04, 0.08, 0.15)

    @classmethod
    def of_ms(cls, waits: tuple[float, float, float, float]) -> Thresholds:
        """Thresholds from waiting times in milliseconds."""
        first, second, third, bound = (wait / 1000.0 for wait in waits)
        return cls((first, second, third, bound))

    @property
    def bound(self) -> float:
        """The longest wait that is accepted at all."""
        return self.seconds[SHED - 1]


class Pressure:
    """One set of thresholds with its memory: levels rise at once, and fall one by one after a calm.

    Args:
        thresholds: When each level begins.
        clock: Tells the time.
    """

    def __init__(self, thresholds: Thresholds, clock: Clock) -> None:
        self.thresholds = thresholds
        self._clock = clock
        self._level = 0
        self._calm_since: float | None = None

    def level(self, waits: Sequence[float]) -> int:
        """Returns the level that holds now, and remembers it.

        Args:
            waits: What new work would wait, in seconds, if all were done as the levels 0 to 3 have it. Work
                that costs less at a level waits less there: the level rises as far as that helps, and no
                further.
        """
        reached = _reached(self.thresholds.seconds, waits)
        if reached >= self._level:
            self._level = reached
            self._calm_since = None
            return self._level
        below = self._level - 1
        if waits[below] >= self.thresholds.seconds[below] * CALM_SHARE:
            self._calm_since = None
            return self._level
        now = self._clock.monotonic()
        if self._calm_since is None:
            self._calm_since = now
        elif now - self._calm_since >= CALM_SECONDS:
            self._level -= 1
            self._calm_since = now
        return self._level


def _reached(thresholds: Sequence[float], waits: Sequence[float]) -> int:
    """The first level whose work would not wait for as long as the next one begins with."""
    short = (level for level, wait in enumerate(waits) if wait < thresholds[level])
    return next(short, len(waits))


def told_level(metadata: Iterable[tuple[str, str | bytes]]) -> int:
    """Returns the level, 0 to 4, that metadata tells; 0 where they tell none."""
    told = [value for key, value in metadata if key == PRESSURE_KEY]
    return int(told[0]) if len(told) == 1 and told[0] in _LEVELS else 0
