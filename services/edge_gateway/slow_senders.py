"""Closes connections of clients that take all day, which uvicorn by itself never does.

A client gets so long for the head of a request, so long for the rest of it, and so long to take what it
was sent. The clock for each begins with the first byte and does not start anew with the next one.
"""

from __future__ import annotations

import asyncio

from services.edge_gateway.strict_requests import StrictProtocol

HEAD_SECONDS = 10.0
"""For a request's line and headers; for a new connection to say anything."""
MESSAGE_SECONDS = 15.0
"""For the body after them. The routes that want a body are less patient, and say so."""
STALL_SECONDS = 30.0
"""For a reader to take enough of what waits for it that more can be sent."""
MAX_HEAD_BYTES = 32 * 1024


class PatientProtocol(StrictProtocol):
    """HTTP/1.1 with an end to its patience."""

    head_seconds = HEAD_SECONDS
    message_seconds = MESSAGE_SECONDS
    stall_seconds = STALL_SECONDS

    _receipt: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins a connection: the first head must come soon."""
        super().connection_made(transport)
        self._expect(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends it."""
        self._expect(None)
        self._end_stall()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes; those of a head are counted, and any byte between requests begins a head."""
        if self._in_head:
            self._head_bytes += len(data)
            if self._receipt is None:
                self._expect(self.head_seconds)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")

    def on_headers_complete(self) -> None:
        """Leaves the head: the rest has its own time."""
        self._head_bytes = 0
        self._expect(self.message_seconds)
        if sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD_BYTES:
            raise ValueError("the parser's caller answers 400")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Leaves the request: what comes next has its own time."""
        self._expect(None)
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The reader does not keep up."""
        super().pause_writing()
        self._stall = self.loop.call_later(self.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The reader has caught up."""
        self._end_stall()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Closes an idle connection; one that still owes its reader bytes is cut."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _expect(self, seconds: float | None) -> None:
        if self._receipt is not None:
            self._receipt.cancel()
        self._receipt = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._receipt = None
        self.transport.abort()

    def _end_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
