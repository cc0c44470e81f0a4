"""Requests that two readers could take for different things."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.edge_gateway.strict_requests import MAX_FRAMING_BYTES
from tests.edge_gateway.live import serving

CHUNKED = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


class Listener:
    """Reads the whole body, then notes the headers."""

    def __init__(self) -> None:
        self.headers: list[list[tuple[bytes, bytes]]] = []
        self.received = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            self.received += len(message.get("body", b""))
            more = message.get("more_body", False)
        self.headers.append(list(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nhOST: y\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/0.9\r\nHost: x\r\n\r\n",
    ],
)
async def test_one_host_and_a_version_that_is_spoken_or_nothing(head: str) -> None:
    app = Listener()
    async with serving(app) as live:
        connection = await live.connect()
        connection.send(head)

        assert (await connection.rest()).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert app.headers == []


async def test_an_old_client_may_name_no_host() -> None:
    async with serving(Listener()) as live:
        connection = await live.connect()
        connection.send("GET / HTTP/1.0\r\n\r\n")

        assert (await connection.rest()).startswith(b"HTTP/1.1 200")


async def test_a_trailer_is_no_header() -> None:
    app = Listener()
    async with serving(app) as live:
        connection = await live.connect()
        connection.send(CHUNKED + "2\r\nab\r\n0\r\nAuthorization: Bearer x\r\nOrigin: y\r\n\r\n")
        assert (await connection.until(b"ok")).startswith(b"HTTP/1.1 200")
        connection.send("GET / HTTP/1.1\r\nHost: x\r\nAccept: z\r\n\r\n")
        await connection.until(b"ok")

    assert [[name for name, _ in headers] for headers in app.headers] == [
        [b"host", b"transfer-encoding"],
        [b"host", b"accept"],
    ]


@pytest.mark.parametrize("endless", ["X: y\r\n", "y"], ids=["trailers", "one trailer"])
async def test_what_follows_the_content_comes_to_an_end(endless: str) -> None:
    async with serving(Listener()) as live:
        connection = await live.connect()
        connection.send(CHUNKED + "0\r\nX: ")
        sent, closed = 0, asyncio.ensure_future(connection.rest())
        while not closed.done() and sent < 20 * MAX_FRAMING_BYTES:
            connection.send(endless * 1000)
            sent += len(endless) * 1000
            await asyncio.sleep(0)

        assert await closed == b""
    assert sent < 20 * MAX_FRAMING_BYTES


async def test_small_chunks_are_taken_as_they_come() -> None:
    app = Listener()
    async with serving(app) as live:
        connection = await live.connect()
        connection.send(CHUNKED + "1\r\nx\r\n" * 65536 + "0\r\n\r\n")

        assert (await connection.until(b"ok")).startswith(b"HTTP/1.1 200")
    assert app.received == 65536
