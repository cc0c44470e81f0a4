"""A wire to a server that a test tears, as the death of a process does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class BreakingWire:
    """Passes bytes on until it is torn."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._ends: list[asyncio.StreamWriter] = []
        self._pumps: set[asyncio.Task[None]] = set()
        self.listener: asyncio.Server | None = None

    @property
    def target(self) -> str:
        """Where it begins."""
        assert self.listener is not None
        return f"127.0.0.1:{self.listener.sockets[0].getsockname()[1]}"

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes a connection, and makes the one behind it."""
        there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._ends += [writer, back]
        for source, target in ((reader, back), (there, writer)):
            self._pumps.add(asyncio.create_task(_pump(source, target)))

    async def tear(self) -> None:
        """Resets every connection, and takes no more."""
        assert self.listener is not None
        self.listener.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._pumps, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()


@asynccontextmanager
async def wire_to(server_port: int) -> AsyncIterator[BreakingWire]:
    """A wire to a server of this machine."""
    wire = BreakingWire(server_port)
    wire.listener = await asyncio.start_server(wire.connect, "127.0.0.1", 0)
    try:
        yield wire
    finally:
        await wire.tear()
