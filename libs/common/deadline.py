"""Deadlines: inherited over gRPC, shaved on each hop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from libs.common.clock import Clock
from libs.common.errors import DeadlineExceeded

HOP_SECONDS = 0.02
"""What each hop keeps for itself, so that its own answer still arrives in time."""


class TimedContext(Protocol):
    """The part of a gRPC servicer context that knows the caller's patience."""

    def time_remaining(self) -> float | None:
        """Seconds left, or None without a deadline."""
        ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock after which an answer is of no use."""

    at: float
    clock: Clock

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> Deadline:
        """A deadline so many seconds from now."""
        return cls(clock.monotonic() + seconds, clock)

    @classmethod
    def inherited(cls, context: TimedContext, default_seconds: float, clock: Clock) -> Deadline:
        """The caller's deadline less one hop, and never later than the service's own default."""
        left = context.time_remaining()
        seconds = default_seconds if left is None else min(left - HOP_SECONDS, default_seconds)
        return cls.after(seconds, clock)

    def left(self) -> float:
        """Seconds left; negative once it has passed."""
        return self.at - self.clock.monotonic()

    def require(self, stage: str, seconds: float = 0.0) -> float:
        """Returns the seconds left, and refuses a stage that cannot finish.

        Args:
            stage: Name of the stage, for the error.
            seconds: What the stage needs at the very least.

        Raises:
            DeadlineExceeded: Less than that is left.
        """
        left = self.left()
        if left <= seconds:
            raise DeadlineExceeded(f"No time was left for {stage}; allow the call more time.")
        return left
