"""Runs the steps of an answer, each within its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import DeadlineExceeded
from libs.common.optional import optional
from libs.common.stage import Stage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an answer.

    Attributes:
        name: Its stage in traces and metrics, and the degradation when an answer goes without it.
        seconds: The most that it may take; the answer's own deadline may leave it less.
    """

    name: str
    seconds: float


class Steps:
    """The steps of one answer.

    Args:
        clock: Tells the time.
        deadline: When the answer is of no more use.
        skipped: Told the name of each step that the answer goes without.
    """

    def __init__(self, clock: Clock, deadline: Deadline, skipped: Callable[[str], None]) -> None:
        self._clock = clock
        self._deadline = deadline
        self._skipped = skipped

    async def required(self, step: Step, work: Awaitable[T]) -> T:
        """Does what no answer can go without.

        Raises:
            DeadlineExceeded: It took longer than the step or the answer may; names the step.
            CausewayError: As the work raised it.
        """
        try:
            return await self._timed(step, work)
        except TimeoutError:
            raise DeadlineExceeded(f"The time for the answer ran out in the step “{step.name}”.") from None

    async def optional(self, step: Step, work: Awaitable[T], otherwise: T) -> T:
        """Does what an answer can go without: when it fails or takes too long, says so and goes on."""
        return await optional(step.name, self._timed(step, work), otherwise, self._skipped)

    async def _timed(self, step: Step, work: Awaitable[T]) -> T:
        with Stage(step.name, self._clock):
            async with asyncio.timeout(min(step.seconds, self._deadline.left())):
                return await work
