"""One HTTP/1.1 connection that sends whatever it is told to and reads the replies strictly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

PATIENCE = 15.0
"""Seconds after which a reply that has not come counts as a hang."""

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Reply:
    """A response as it came.

    Attributes:
        status: 0 where the server closed the connection without a word.
        headers: By lower-case name.
        body: Without its chunks.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def whole(self) -> bytes:
        """Everything in it that could give something away."""
        return repr(self.headers).encode() + self.body


def request(method: str, target: bytes, headers: Headers, body: bytes | None = None) -> bytes:
    """Writes a request; a body is announced with its length."""
    lines = [method.encode() + b" " + target + b" HTTP/1.1", b"Host: edge.test"]
    lines += [name + b": " + value for name, value in headers]
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")


def chunked(method: str, target: bytes, headers: Headers, body: bytes) -> bytes:
    """Writes a request whose body comes in chunks, its length untold."""
    head = request(method, target, [*headers, (b"Transfer-Encoding", b"chunked")])
    parts = [body[at : at + 8192] for at in range(0, len(body), 8192)]
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


class Wire:
    """A connection that is opened when it is needed, and again after the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self.close()

    async def exchange(self, raw: bytes) -> Reply:
        """Sends bytes and reads one reply; raises TimeoutError where none comes."""
        async with asyncio.timeout(PATIENCE):
            fresh = self._writer is None
            reply = await self._once(raw)
            if reply.status == 0 and not fresh:  # the server may have closed it in between
                reply = await self._once(raw)
        if reply.headers.get("connection") == "close" or reply.status == 0:
            await self.close()
        return reply

    async def all(self, raw: bytes) -> bytes:
        """Sends bytes on a connection of their own, then an end, and returns all that comes back."""
        await self.close()
        async with asyncio.timeout(PATIENCE):
            await self._send(raw)
            assert self._reader is not None
            assert self._writer is not None
            try:
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                return await self._reader.read()
            except OSError:
                return b""
            finally:
                await self.close()

    async def close(self) -> None:
        """Closes the connection."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _once(self, raw: bytes) -> Reply:
        with suppress(OSError):  # it would not hear us out; it may have said why
            await self._send(raw)
        try:
            assert self._reader is not None
            return await read_reply(self._reader, head_only=raw.startswith(b"HEAD "))
        except OSError:
            await self.close()
            return Reply(0)

    async def _send(self, raw: bytes) -> None:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        self._writer.write(raw)
        await self._writer.drain()


async def read_reply(reader: asyncio.StreamReader, *, head_only: bool = False) -> Reply:
    """Reads one response; one that is not HTTP/1.1 fails the test."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise AssertionError(f"half a response: {error.partial!r}") from None
        return Reply(0)
    first, *lines = head[:-4].split(b"\r\n")
    version, status, _ = first.split(b" ", 2)
    assert version == b"HTTP/1.1", first
    pairs = [line.split(b":", 1) for line in lines]
    headers = {name.decode("ascii").lower(): value.strip().decode("latin-1") for name, value in pairs}
    if status.startswith(b"1"):
        return await read_reply(reader, head_only=head_only)
    code = int(status)
    body = b"" if head_only or code in {204, 304} else await _read_body(reader, headers)
    return Reply(code, headers, body)


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += await reader.readexactly(size)
            assert await reader.readexactly(2) == b"\r\n"
        assert await reader.readexactly(2) == b"\r\n"
        return body
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()


def problem(reply: Reply) -> dict[str, Any]:
    """The problem document of a refusal, which every refusal must carry."""
    assert 400 <= reply.status < 500, reply
    assert reply.headers["content-type"] == "application/problem+json", reply
    document: dict[str, Any] = json.loads(reply.body)
    assert document["status"] == reply.status, document
    assert document["type"] == f"urn:causeway:error:{document['kind']}", document
    assert document["title"], document
    assert document["detail"], document
    return document
