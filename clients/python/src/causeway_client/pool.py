"""Spreads calls over as many connections as they need: on one that is full, further calls wait unsent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Channel = TypeVar("Channel")

CALLS_PER_CHANNEL = 90
"""Calls at once on a connection before the next is opened: most servers take 100 of them, Causeway's search
32, and more connections would only bring it more than it can look at."""


class ClientClosed(RuntimeError):
    """The client was closed before the call was over."""


class ChannelPool(Generic[Channel]):
    """Channels of one target, opened when they are needed.

    Safe to use from several threads.

    Args:
        open_channel: Opens one more.
        limit: Channels at most; when all are full, the least busy takes more.
    """

    def __init__(self, open_channel: Callable[[], Channel], limit: int) -> None:
        self._open = open_channel
        self._limit = limit
        self._lock = threading.Lock()
        self._channels: list[Channel] = []
        self._calls: list[int] = []
        self._closed = False

    @contextmanager
    def lease(self) -> Iterator[Channel]:
        """The channel for one call.

        Raises:
            ClientClosed: The pool was drained.
        """
        with self._lock:
            ticket = self._choose()
            self._calls[ticket] += 1
            channel = self._channels[ticket]
        try:
            yield channel
        finally:
            with self._lock:
                self._calls[ticket] -= 1

    def require_open(self) -> None:
        """Does nothing until the pool is drained.

        Raises:
            ClientClosed: It was.
        """
        if self._closed:
            raise ClientClosed("The client is closed.")

    def drain(self) -> tuple[Channel, ...]:
        """Gives the channels out to be closed; no further call is let in."""
        with self._lock:
            self._closed = True
            return tuple(self._channels)

    def _choose(self) -> int:
        self.require_open()
        quiet = min(range(len(self._calls)), key=self._calls.__getitem__, default=None)
        if quiet is not None and (self._calls[quiet] < CALLS_PER_CHANNEL or len(self._calls) >= self._limit):
            return quiet
        self._channels.append(self._open())
        self._calls.append(0)
        return len(self._calls) - 1
