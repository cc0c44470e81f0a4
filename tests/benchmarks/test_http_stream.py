from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from benchmarks.http_stream import StreamCaller
from benchmarks.plan import StreamTarget

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


@asynccontextmanager
async def server(*pieces: bytes, stays: bool = False) -> AsyncIterator[StreamTarget]:
    """Answers every connection's first request with these bytes, one write each, and closes it, or stays."""
    left = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if stays:
            await left.wait()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield StreamTarget(port, "/", ({},), ("{}",), first="FIRST", last="LAST", timings=("took_ms",))
        left.set()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def test_a_mark_that_is_split_between_chunks_is_seen() -> None:
    pieces = (HEAD, chunk(b"before FI"), chunk(b"RST and "), chunk(b'"took_ms":12.5 LAST'), b"0\r\n\r\n")
    async with server(*pieces) as target:
        reply = await StreamCaller(target).call(0)

    assert reply.error == ""
    assert reply.first > 0
    assert reply.timings == {"took_ms": 12.5}


async def test_a_connection_that_breaks_is_an_error() -> None:
    async with server(HEAD, chunk(b"FIRST")) as target:
        reply = await StreamCaller(target).call(0)

    assert "closed before the answer was complete" in reply.error


async def test_what_is_not_http_is_an_error() -> None:
    async with server(b"hello there\r\n\r\n") as target:
        reply = await StreamCaller(target).call(0)

    assert "not HTTP" in reply.error


async def test_a_reader_leaves_when_the_first_token_does_not_come() -> None:
    async with server(HEAD, chunk(b"nothing yet"), stays=True) as target:
        reply = await StreamCaller(replace(target, patience=0.05)).call(0)

    assert reply.error == "nobody waited so long for the first token"


async def test_a_reader_that_has_the_first_token_stays() -> None:
    async with server(HEAD, chunk(b"FIRST"), chunk(b"LAST"), b"0\r\n\r\n") as target:
        caller = StreamCaller(replace(target, patience=30.0))
        reply = await caller.call(0)

    assert reply.error == ""


async def test_an_answer_without_its_mark_went_without_a_step() -> None:
    for mark, reduced in (("whole", False), ("missing", True), ("", False)):
        async with server(HEAD, chunk(b"FIRST whole LAST"), b"0\r\n\r\n") as target:
            reply = await StreamCaller(replace(target, whole=mark)).call(0)
        assert (reply.error, reply.reduced) == ("", reduced)
