"""Asks for streamed answers over HTTP, at a cost that does not show beside what is measured."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import httptools

from benchmarks.loops import Reply
from benchmarks.plan import StreamTarget

_TAIL = 4096
_OK = 200
_GONE = "nobody waited so long for the first token"


class StreamCaller:
    """Makes the requests of a `StreamTarget`, over connections that are used again."""

    def __init__(self, target: StreamTarget) -> None:
        self._port = target.port
        self._heads = [_head(target, headers) for headers in target.headers]
        self._bodies = [body.encode() for body in target.bodies]
        self._marks = _Marks(target.first.encode(), target.last.encode(), target.whole.encode())
        self._patience = target.patience
        self._timings = re.compile(rb'"(' + "|".join(target.timings).encode() + rb')": ?([\d.]+)')
        self._reads_timings = bool(target.timings)
        self._idle: list[_Connection] = []

    async def call(self, number: int) -> Reply:
        """Asks, and reads the answer to its end."""
        exchange = _Exchange(self._marks)
        leaving = asyncio.get_running_loop().call_later(self._patience, exchange.leave)
        try:
            connection = await self._connection()
            await connection.ask(self._request(number), exchange)
        except OSError as error:
            exchange.reply.error = f"{type(error).__name__}: {error.strerror or error}"
            return exchange.reply
        finally:
            leaving.cancel()
        if connection.usable:
            self._idle.append(connection)
        if self._reads_timings:
            found = self._timings.findall(exchange.body[-_TAIL:])
            exchange.reply.timings = {name.decode(): float(value) for name, value in found}
        return exchange.reply

    def _request(self, number: int) -> bytes:
        body = self._bodies[number % len(self._bodies)]
        return self._heads[number % len(self._heads)] % len(body) + body

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(_Connection, "127.0.0.1", self._port))[1]

    async def close(self) -> None:
        """Closes every connection."""
        for connection in self._idle:
            connection.close()


@dataclass(frozen=True, slots=True)
class _Marks:
    """What to look for in an answer, see `StreamTarget`."""

    first: bytes
    last: bytes
    whole: bytes


class _Exchange:
    """One answer as it comes."""

    def __init__(self, marks: _Marks) -> None:
        self.reply = Reply()
        self.body = bytearray()
        self.gone = False
        self.connection: _Connection | None = None
        self._marks = marks
        self._seen = False

    def leave(self) -> None:
        """Gives up, unless the first token has come."""
        if not self._seen:
            self.gone = True
            if self.connection is not None:
                self.connection.abandon(_GONE)

    def add(self, data: bytes) -> None:
        searched = max(0, len(self.body) - len(self._marks.first))
        self.body += data
        if not self._seen and self.body.find(self._marks.first, searched) >= 0:
            self._seen = True
            self.reply.first = perf_counter()

    def end(self, status: int) -> None:
        if status != _OK:
            self.reply.error = f"HTTP {status}: {bytes(self.body[:200]).decode(errors='replace')}"
        elif not self._seen or self._marks.last not in self.body:
            end = bytes(self.body[-300:]).decode(errors="replace").strip()
            self.reply.error = f"the answer is not what it should be; it ends with {end!r}"
        self.reply.reduced = self._marks.whole not in self.body


class _Connection(asyncio.Protocol):
    """One connection; the names of the methods are those of asyncio and httptools."""

    def __init__(self) -> None:
        self.usable = True
        self._transport: asyncio.Transport | None = None
        self._exchange: _Exchange | None = None
        self._done: asyncio.Future[None] | None = None

    async def ask(self, request: bytes, exchange: _Exchange) -> None:
        """Sends a request; returns when its answer is complete, or was broken off."""
        assert self._transport is not None
        self._exchange, exchange.connection = exchange, self
        self._done = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(request)
        if exchange.gone:
            self.abandon(_GONE)
        await self._done

    def abandon(self, why: str) -> None:
        """Leaves in the middle of an answer."""
        self._broken(why)

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._exchange is None:
            self.close()
            return
        self._exchange.reply.pieces += 1
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._broken(f"not HTTP: {error}")

    def connection_lost(self, error: Exception | None) -> None:
        self._broken("the connection was closed before the answer was complete")

    def on_body(self, data: bytes) -> None:
        if self._exchange is not None:
            self._exchange.add(data)

    def on_message_complete(self) -> None:
        if self._exchange is not None:
            self._exchange.end(self._parser.get_status_code())
            self.usable = self.usable and self._parser.should_keep_alive()
        self._finish()

    def _broken(self, what: str) -> None:
        self.close()
        if self._exchange is not None:
            self._exchange.reply.error = what
        self._finish()

    def _finish(self) -> None:
        self._exchange = None
        if self._done is not None and not self._done.done():
            self._done.set_result(None)


def _head(target: StreamTarget, headers: Mapping[str, str]) -> bytes:
    """The head of a visitor's requests, with a place for the length of the body."""
    fields = {
        "host": f"127.0.0.1:{target.port}",
        "content-type": "application/json",
        "accept": "text/event-stream",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).replace("%", "%%")
    return f"POST {target.path.replace('%', '%%')} HTTP/1.1\r\n{head}content-length: %d\r\n\r\n".encode()
