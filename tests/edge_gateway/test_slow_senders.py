"""Clients that take all day."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from services.edge_gateway.slow_senders import MAX_HEAD_BYTES, PatientProtocol
from tests.edge_gateway.harness import Edge
from tests.edge_gateway.live import impatient, serving

HEAD = "GET / HTTP/1.1\r\nHost: x\r\n"


async def plain(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def patient(scope: Any, receive: Any, send: Any) -> None:
    """Waits for the whole body, however long it takes."""
    while (await receive()).get("more_body", False):
        pass
    await plain(scope, receive, send)


def test_the_limits_are_the_published_ones() -> None:
    assert PatientProtocol.head_seconds <= 10
    assert PatientProtocol.message_seconds <= 30
    assert PatientProtocol.stall_seconds <= 30


@pytest.mark.parametrize("sent", ["", "G", "GET / HTTP/1.1\r\n", HEAD, "\r\n", HEAD + "X: " + "y" * 100])
async def test_a_connection_that_never_completes_a_head_is_closed(sent: str) -> None:
    async with serving(plain, protocol=impatient(head_seconds=0.05)) as live:
        connection = await live.connect()
        connection.send(sent)

        assert await connection.rest() == b""


async def test_a_byte_now_and_then_does_not_prolong_the_wait() -> None:
    async with serving(plain, protocol=impatient(head_seconds=0.1)) as live:
        connection = await live.connect()
        closed = asyncio.ensure_future(connection.rest())
        began = asyncio.get_running_loop().time()
        for byte in HEAD * 100:
            connection.send(byte)
            done, _ = await asyncio.wait({closed}, timeout=0.01)
            if done:
                break
        assert asyncio.get_running_loop().time() - began < 2
        assert closed.done()


async def test_a_second_head_on_the_same_connection_has_its_own_time() -> None:
    async with serving(plain, protocol=impatient(head_seconds=0.1)) as live:
        connection = await live.connect()
        connection.send(HEAD + "\r\n")
        assert (await connection.until(b"ok")).startswith(b"HTTP/1.1 200")
        for sent in ("\r\n", "\r\n", "GET"):
            connection.send(sent)

        assert await connection.rest() == b""


async def test_a_body_that_never_ends_is_cut(edge: Edge) -> None:
    async with serving(patient, protocol=impatient(message_seconds=0.05)) as live:
        connection = await live.connect()
        connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")

        assert await connection.rest() == b""


async def test_a_body_that_goes_on_after_the_response_is_cut() -> None:
    async with serving(plain, protocol=impatient(message_seconds=0.05)) as live:
        connection = await live.connect()
        connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        await connection.until(b"ok")
        connection.send("x")

        assert await connection.rest() == b""


async def test_a_slow_request_that_is_quick_enough_is_served() -> None:
    async with serving(patient, protocol=impatient(head_seconds=5, message_seconds=5)) as live:
        connection = await live.connect()
        for part in ("POST / HT", "TP/1.1\r\nHost: x\r\nContent-", "Length: 4\r\n\r\n", "ab", "cd"):
            connection.send(part)
            await asyncio.sleep(0)

        assert (await connection.until(b"ok")).startswith(b"HTTP/1.1 200")


async def test_a_stream_is_not_cut_by_the_time_for_requests() -> None:
    more = asyncio.Event()

    async def streaming(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await more.wait()
        await send({"type": "http.response.body", "body": b"last"})

    async with serving(streaming, protocol=impatient(head_seconds=0.02, message_seconds=0.02)) as live:
        connection = await live.connect()
        connection.send(HEAD + "\r\n")
        await connection.until(b"first")
        done, _ = await asyncio.wait({asyncio.ensure_future(more.wait())}, timeout=0.1)
        assert not done
        more.set()
        await connection.until(b"last")


async def test_slow_connections_do_not_disturb_others() -> None:
    async with serving(plain, protocol=impatient(head_seconds=1.0)) as live:
        slow = [await live.connect() for _ in range(100)]
        for connection in slow:
            connection.send("GET / HT")

        for _ in range(10):
            assert (await live.get()).endswith(b"ok")
        for connection in slow:
            await connection.close()


@pytest.mark.parametrize("count", [1, 40])
async def test_a_head_that_is_too_long_is_refused(count: int) -> None:
    async with serving(plain) as live:
        connection = await live.connect()
        size = (MAX_HEAD_BYTES + 1000) // count
        connection.send(HEAD + "".join(f"X-{n}: {'y' * size}\r\n" for n in range(count)) + "\r\n")

        assert (await connection.rest()).startswith(b"HTTP/1.1 400")


async def test_a_head_without_end_is_refused_before_its_time_is_up() -> None:
    async with serving(plain) as live:
        connection = await live.connect()
        connection.send(HEAD + "X: " + "y" * MAX_HEAD_BYTES)

        assert (await connection.rest()).startswith(b"HTTP/1.1 400")


async def test_a_large_body_is_no_long_head() -> None:
    async with serving(patient) as live:
        connection = await live.connect()
        body = "x" * (MAX_HEAD_BYTES * 2)
        connection.send(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}")

        assert (await connection.until(b"ok")).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "sent",
    [
        "nonsense\r\n\r\n",
        "GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "CONNECT x HTTP/1.1\r\n\r\n",
        "\x16\x03\x01\x02\x00",
    ],
)
async def test_what_is_no_request_is_a_typed_400(sent: str) -> None:
    async with serving(patient) as live:
        connection = await live.connect()
        connection.send(sent.encode("latin-1"))
        head, _, body = (await connection.rest()).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"application/problem+json" in head
    assert json.loads(body)["kind"] == "invalid_request"


async def test_a_reader_that_takes_nothing_is_cut() -> None:
    gone = asyncio.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        watch = asyncio.ensure_future(_disconnected(receive))
        while not watch.done():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0)
        gone.set()

    async with serving(endless, protocol=impatient(stall_seconds=0.05)) as live:
        connection = await live.connect()
        connection.writer.transport.pause_reading()  # type: ignore[attr-defined]
        connection.send(HEAD + "\r\n")

        await asyncio.wait_for(gone.wait(), 10)


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def test_timers_are_gone_with_their_connections() -> None:
    made: list[PatientProtocol] = []

    class Kept(PatientProtocol):
        def connection_made(self, transport: Any) -> None:
            made.append(self)
            super().connection_made(transport)

    async with serving(plain, protocol=Kept) as live:
        for _ in range(3):
            await live.get()
        half = await live.connect()
        half.send("GET")
        while len(made) < 4:
            await asyncio.sleep(0)
        await half.close()
        while made[3].transport is None or not made[3].transport.is_closing():
            await asyncio.sleep(0)
    for protocol in made:
        assert protocol._receipt is None
        assert protocol._stall is None
