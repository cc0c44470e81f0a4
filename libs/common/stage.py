"""One stage of a search or an answer: a span, a measurement, and the time it took."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from types import TracebackType
from typing import Self

from prometheus_client import Histogram

from libs.common.clock import Clock
from libs.common.metrics import STAGE_SECONDS
from libs.common.tracing import records, span


class Stage:
    """A stage: runs a block, once. No generator, since a search has eight of them.

    Args:
        name: Its name, one of few.
        clock: Tells the time.
    """

    __slots__ = ("_clock", "_name", "_span", "_started")

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._span: AbstractContextManager[object] | None = None
        self._started = 0.0

    @property
    def ms(self) -> float:
        """Milliseconds since it began."""
        return (self._clock.monotonic() - self._started) * 1000.0

    def __enter__(self) -> Self:
        self._started = self._clock.monotonic()
        if records():
            self._span = span(self._name)
            self._span.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _measure_of(self._name).observe(self.ms / 1000.0)
        if self._span is not None:
            self._span.__exit__(kind, error, trace)


@cache
def _measure_of(name: str) -> Histogram:
    return STAGE_SECONDS.labels(name)
