"""An application on a real socket, and raw connections to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from services.edge_gateway.http_server import HttpServer, listen
from services.edge_gateway.slow_senders import PatientProtocol


@dataclass
class Live:
    """A running server."""

    port: int
    stop: asyncio.Event
    serving: asyncio.Task[None]
    drained: list[str] = field(default_factory=list)
    opened: list[Connection] = field(default_factory=list)

    async def connect(self) -> Connection:
        """Opens a connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.opened.append(Connection(reader, writer))
        return self.opened[-1]

    async def get(self, path: str = "/") -> bytes:
        """Sends a small request over a connection of its own, and returns the whole response."""
        connection = await self.connect()
        connection.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return await connection.rest()

    async def stopped(self) -> None:
        """Waits for the server's end."""
        await asyncio.wait_for(self.serving, 10)


@dataclass
class Connection:
    """A raw connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, text: str | bytes) -> None:
        """Sends some bytes."""
        self.writer.write(text.encode() if isinstance(text, str) else text)

    async def until(self, mark: bytes) -> bytes:
        """Reads until a mark."""
        return await asyncio.wait_for(self.reader.readuntil(mark), 5)

    async def rest(self) -> bytes:
        """Reads until the other side closes."""
        try:
            return await asyncio.wait_for(self.reader.read(), 10)
        except ConnectionResetError:
            return b""

    async def close(self) -> None:
        """Closes it, whatever its state."""
        self.writer.transport.abort()
        await asyncio.sleep(0)


def impatient(**seconds: float) -> type[PatientProtocol]:
    """The protocol with less patience."""
    return type("ImpatientProtocol", (PatientProtocol,), seconds)


@asynccontextmanager
async def serving(
    app: Any,
    *,
    grace: int = 5,
    move_on: Callable[[], None] = lambda: None,
    protocol: type[asyncio.Protocol] = PatientProtocol,
    drain: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[Live]:
    """Serves an application on a free port."""
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = HttpServer(app, listener, grace, move_on, protocol)
    stop = asyncio.Event()

    async def no_drain() -> None:
        live.drained.append("drained")

    live = Live(port, stop, asyncio.create_task(server.serve_until(stop, drain or no_drain)))
    try:
        yield live
    finally:
        stop.set()
        for connection in live.opened:
            await connection.close()
        await live.stopped()
