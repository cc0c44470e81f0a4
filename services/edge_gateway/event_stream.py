"""One server-sent event stream over plain ASGI: it begins late, and is never silent for long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType

from starlette.types import Send

from services.edge_gateway.sse import CONTENT_TYPE, HEARTBEAT

_HEADERS = (
    (b"content-type", CONTENT_TYPE),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


@dataclass(frozen=True, slots=True)
class StreamTiming:
    """When a stream says something although it has nothing to say.

    Attributes:
        begin_seconds: After so long without an event the response begins, with a heartbeat. Until then
            an error can still have its own status.
        heartbeat_seconds: Longest silence after that.
    """

    begin_seconds: float = 2.0
    heartbeat_seconds: float = 8.0


class EventStream:
    """Writes a response as events come.

    One task writes the events; a timer writes heartbeats in between. Nothing else runs for an idle
    stream, so that ten thousand of them are cheap.
    """

    __slots__ = ("_beat", "_ended", "_last_sent", "_lock", "_loop", "_send", "_timer", "_timing", "begun")

    def __init__(self, send: Send, timing: StreamTiming) -> None:
        self.begun = False
        self._send = send
        self._timing = timing
        self._loop = asyncio.get_running_loop()
        self._lock = asyncio.Lock()
        self._ended = False
        self._last_sent = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.Task[None] | None = None

    def __enter__(self) -> EventStream:
        self._timer = self._loop.call_later(self._timing.begin_seconds, self._tick)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        if self._beat is not None:
            self._beat.cancel()

    async def write(self, frames: bytes, *, last: bool = False) -> None:
        """Sends some events at once; the first call begins the response."""
        async with self._lock:
            await self._write(frames, last)

    async def end_with(self, frames: bytes) -> bool:
        """Ends a response that has begun. Returns False where it has not: now it never will."""
        async with self._lock:
            if not self.begun:
                self._ended = True
            elif not self._ended:
                await self._write(frames, last=True)
        return self.begun

    async def _write(self, frames: bytes, last: bool) -> None:
        if not self.begun:
            await self._send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            self.begun = True
            frames = HEARTBEAT + frames
        self._ended = last
        self._last_sent = self._loop.time()
        await self._send({"type": "http.response.body", "body": frames, "more_body": not last})

    def _tick(self) -> None:
        if self._ended:
            return
        silence = self._loop.time() - self._last_sent if self.begun else self._timing.heartbeat_seconds
        wait = self._timing.heartbeat_seconds - silence
        if wait <= 0:
            # A reader that does not take what was sent before gets no heartbeat on top.
            if not self._lock.locked():
                self._beat = self._loop.create_task(self._send_heartbeat())
            wait = self._timing.heartbeat_seconds
        self._timer = self._loop.call_later(wait, self._tick)

    async def _send_heartbeat(self) -> None:
        async with self._lock:
            if not self._ended:
                await self._write(b"" if not self.begun else HEARTBEAT, last=False)
