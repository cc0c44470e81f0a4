"""Lets something outside end a stream's task: its reader is gone, or the process is about to be."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Literal

Reason = Literal["disconnected", "draining"]


class Interruption:
    """A block of code that can be left early.

    Within the block, `interrupt` cancels the task as `asyncio.timeout` does; the block then ends
    quietly, and `reason` says why. Whoever else cancels the task is not held up.
    """

    __slots__ = ("_open", "_task", "reason")

    def __init__(self) -> None:
        self.reason: Reason | None = None
        self._task: asyncio.Task[object] | None = None
        self._open = True

    def interrupt(self, reason: Reason) -> None:
        """Ends the block, unless it was released or has ended."""
        if not self._open:
            return
        self._open = False
        self.reason = reason
        if self._task is not None:
            self._task.cancel()

    def release(self) -> None:
        """Lets the block run to its own end: there is nothing left to interrupt."""
        self._open = False

    def __enter__(self) -> Interruption:
        self._task = asyncio.current_task()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> bool:
        self._open = False
        task, self._task = self._task, None
        if self.reason is None or task is None:
            return False
        # Our own cancellation is taken back; one that came from elsewhere as well goes on.
        return task.uncancel() == 0 and kind is asyncio.CancelledError
