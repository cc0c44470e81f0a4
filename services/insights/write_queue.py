"""Runs writes that block on threads of their own, and refuses more than can be done in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from libs.common.errors import Overloaded

T = TypeVar("T")

MAX_WAITING = 256
"""Writes that may wait for the store; at a few milliseconds each, about a second."""


class WriteQueue:
    """Takes writes in their order.

    Args:
        name: Of its threads.
        threads: How many writes are made at once.
        max_waiting: How many may wait, or be made, before more are refused.
    """

    def __init__(self, name: str, threads: int, max_waiting: int = MAX_WAITING) -> None:
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)
        self._max_waiting = max_waiting
        self._waiting = 0

    async def run(self, write: Callable[[], T]) -> T:
        """Runs a write and returns its result; one whose caller leaves before it begins is not made.

        Raises:
            Overloaded: Too many are waiting.
        """
        if self._waiting >= self._max_waiting:
            raise Overloaded("Too much to record at once; try again shortly.", retry_after_ms=1000)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, write)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Ends what is being written."""
        self._threads.shutdown()
