"""One stage of a search or an answer: a span, a measurement, and the time it took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from libs.common.clock import Clock
from libs.common.metrics import STAGE_SECONDS
from libs.common.tracing import span


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage under way.

    Attributes:
        started: When it began, on the monotonic clock.
        clock: Tells the time.
    """

    started: float
    clock: Clock

    @property
    def ms(self) -> float:
        """Milliseconds since it began."""
        return (self.clock.monotonic() - self.started) * 1000.0


@contextmanager
def stage(name: str, clock: Clock) -> Iterator[Stage]:
    """Runs a block as a stage.

    Args:
        name: Its name, one of few.
        clock: Tells the time.
    """
    running = Stage(clock.monotonic(), clock)
    with span(name):
        try:
            yield running
        finally:
            STAGE_SECONDS.labels(name).observe(running.ms / 1000.0)
