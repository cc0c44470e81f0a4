"""Keeps the pause between two requests to a site."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from libs.common.clock import Clock

Pause = Callable[[float], Awaitable[None]]


class Pace:
    """Lets one request through after another.

    Args:
        clock: Tells the time.
        pause: Waits.
        delay: Least seconds between the end of a request and the next one.
    """

    def __init__(self, clock: Clock, pause: Pause, delay: float) -> None:
        self._clock = clock
        self._pause = pause
        self._delay = delay
        self._ended = float("-inf")

    def slow_down(self, delay: float) -> None:
        """Takes a longer pause from now on, if it is longer."""
        self._delay = max(self._delay, delay)

    async def wait(self) -> None:
        """Waits until the next request may be made."""
        left = self._ended + self._delay - self._clock.monotonic()
        if left > 0:
            await self._pause(left)

    async def rest(self, seconds: float) -> None:
        """Waits for as long as the site asked for."""
        await self._pause(seconds)

    def ended(self) -> None:
        """Says that a request has ended."""
        self._ended = self._clock.monotonic()
