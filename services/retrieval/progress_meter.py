"""Measures how the ingest gets on, for whoever watches."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from libs.common.clock import Clock
from services.retrieval.documents import Phase, Progress

POST_SECONDS = 0.25
_WINDOW_SECONDS = 10.0
"""The rate is that of the last so many seconds."""


class ProgressBoard(Protocol):
    """Where progress is shown."""

    def post(self, progress: Progress) -> None:
        """Shows it; raises DependencyUnavailable if that is not possible."""
        ...


class ProgressMeter:
    """Counts what is done in a phase, and posts it at most four times a second.

    Args:
        board: Shows it.
        clock: Measures the rate.
    """

    def __init__(self, board: ProgressBoard, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._phase: Phase = ""
        self._done = 0
        self._total = 0
        self._posted_at = float("-inf")
        self._marks: deque[tuple[float, int]] = deque()

    def enter(self, phase: Phase, remaining: int = 0) -> None:
        """Begins a phase, or goes on with it: then what is done keeps counting.

        Args:
            phase: Which.
            remaining: Units that are still to be done.
        """
        if phase == self._phase:
            self._total = self._done + remaining
            return
        self._phase, self._done, self._total = phase, 0, remaining
        self._marks.clear()
        self._mark()
        self._post()

    def advance(self, units: int = 1) -> None:
        """Counts units as done."""
        self.reach(self._done + units)

    def reach(self, done: int) -> None:
        """Sets how many units are done."""
        self._done = done
        self._total = max(self._total, done)
        self._mark()
        if self._clock.monotonic() - self._posted_at >= POST_SECONDS:
            self._post()

    def _mark(self) -> None:
        now = self._clock.monotonic()
        self._marks.append((now, self._done))
        while self._marks[0][0] < now - _WINDOW_SECONDS:
            self._marks.popleft()

    def _post(self) -> None:
        self._posted_at = self._clock.monotonic()
        (began, before), (ended, after) = self._marks[0], self._marks[-1]
        rate = (after - before) / (ended - began) if ended > began else 0.0
        self._board.post(Progress(self._phase, self._done, self._total, rate))
