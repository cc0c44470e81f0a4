"""Serving over real sockets."""

from __future__ import annotations

import asyncio
import socket
from contextvars import ContextVar
from typing import Any

import pytest

from libs.common.errors import Conflict
from libs.common.settings import SettingsError
from services.edge_gateway.bodies import BodyLimits
from services.edge_gateway.event_stream import StreamTiming
from services.edge_gateway.http_server import DEAD_PEER_MS, listen
from tests.edge_gateway.harness import Edge, answer
from tests.edge_gateway.live import Connection, Live, serving

META, SOURCES, DELTA, DONE = answer()


async def plain(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def ask(edge: Edge, live: Live) -> Connection:
    connection = await live.connect()
    body = '{"question": "How fast?"}'
    connection.send(
        f"POST /v1/chat HTTP/1.1\r\nHost: edge.test\r\nAuthorization: Bearer {edge.token()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    return connection


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=f"Port {port} is taken.*CAUSEWAY_EDGE_PORT"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(SettingsError, match="CAUSEWAY_BIND"):
        listen("203.0.113.7", 0)


async def test_connections_to_dead_peers_end() -> None:
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("this system has no TCP_USER_TIMEOUT")
    listener = listen("127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    with listener, socket.create_connection(listener.getsockname()):
        accepted, _ = await loop.sock_accept(listener)
        with accepted:
            timeout = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert timeout == DEAD_PEER_MS


async def test_a_request_is_answered_without_naming_the_software() -> None:
    async with serving(plain) as live:
        response = await live.get()

    assert response.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"server:" not in response.lower()
    assert response.endswith(b"ok")


async def test_events_reach_the_reader_as_they_come(edge: Edge) -> None:
    more = asyncio.Event()
    edge.answers.script = [(META,), more, (DELTA,), (DONE,)]
    async with serving(edge.app) as live:
        connection = await ask(edge, live)
        head = await connection.until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        first = await connection.until(b"event: meta\n")
        assert b":\n\n" in first
        more.set()
        await connection.until(b"event: delta\n")
        await connection.until(b"event: done\n")
        await connection.until(b"0\r\n\r\n")
        connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b'"ok"' in await connection.until(b"}")


async def test_a_large_body_is_refused_and_the_connection_goes_on(edge: Edge) -> None:
    async with serving(edge.app) as live:
        connection = await live.connect()
        size = 1024 * 1024
        connection.send(
            f"POST /v1/chat HTTP/1.1\r\nHost: edge.test\r\nAuthorization: Bearer {edge.token()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
        )
        connection.send(b"x" * size)
        assert (await connection.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 413")
        await connection.until(b"}")
        connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await connection.until(b"}")).startswith(b"HTTP/1.1 200")


async def test_a_slow_body_is_refused_and_the_connection_closed(edge: Edge) -> None:
    edge.body_limits = BodyLimits(seconds=0.05)
    async with serving(edge.app) as live:
        connection = await live.connect()
        connection.send(
            f"POST /v1/chat HTTP/1.1\r\nHost: edge.test\r\nAuthorization: Bearer {edge.token()}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        response = await connection.rest()

    assert response.startswith(b"HTTP/1.1 408")
    assert b"invalid_request" in response


async def test_a_slow_answer_is_accompanied_by_heartbeats(edge: Edge) -> None:
    edge.timing = StreamTiming(begin_seconds=0.02, heartbeat_seconds=0.02)
    edge.answers.script = [asyncio.Event()]
    async with serving(edge.app) as live:
        connection = await ask(edge, live)
        for _ in range(4):
            await connection.until(b":\n\n")


async def test_a_reader_that_leaves_frees_everything(edge: Edge) -> None:
    edge.answers.script = [(META,), asyncio.Event()]
    async with serving(edge.app) as live:
        connection = await ask(edge, live)
        await connection.until(b"event: meta\n")
        assert len(edge.streams) == 1

        await connection.close()
        await asyncio.wait_for(edge.answers.closed.wait(), 5)
        for _ in range(10):
            await asyncio.sleep(0)

        assert len(edge.streams) == 0
        assert edge.answers.running == 0


async def test_running_answers_end_within_the_grace_after_the_order_to_stop(edge: Edge) -> None:
    gate = asyncio.Event()
    edge.answers.script = [(META,), gate, (SOURCES,), (DELTA,), (DONE,)]
    async with serving(edge.app, grace=8, move_on=edge.streams.move_on) as live:
        connections = [await ask(edge, live) for _ in range(3)]
        for connection in connections:
            await connection.until(b"event: meta\n")

        live.stop.set()
        while not live.drained:
            await asyncio.sleep(0)
        gate.set()
        texts = [await connection.rest() for connection in connections]
        await live.stopped()

    for text in texts:
        assert [text.count(name) for name in (b"event: sources", b"event: delta", b"event: done")] == [
            1,
            1,
            1,
        ]
        assert text.endswith(b"0\r\n\r\n")


async def test_an_answer_that_outlasts_the_grace_is_to_be_resumed_elsewhere(edge: Edge) -> None:
    edge.answers.script = [(META,), asyncio.Event()]
    async with serving(edge.app, grace=1, move_on=edge.streams.move_on) as live:
        connection = await ask(edge, live)
        await connection.until(b"event: meta\n")

        live.stop.set()
        text = await connection.rest()
        await live.stopped()

    assert b"retry: " in text
    assert b'"code":"reconnect"' in text
    assert text.endswith(b"0\r\n\r\n")
    assert edge.answers.running == 0


async def test_the_edge_says_that_it_goes_before_it_stops_listening(edge: Edge) -> None:
    said = asyncio.Event()
    release = asyncio.Event()

    async def drain() -> None:
        edge.readiness.drain()
        said.set()
        await release.wait()

    async with serving(edge.app, drain=drain) as live:
        assert b"HTTP/1.1 200" in await live.get("/readyz")
        live.stop.set()
        await asyncio.wait_for(said.wait(), 5)
        assert b"HTTP/1.1 503" in await live.get("/readyz")
        release.set()
        await live.stopped()
        with pytest.raises(ConnectionRefusedError):
            await live.get("/readyz")


async def test_a_request_behind_another_inherits_nothing_from_it() -> None:
    seen: list[str] = []
    mark: ContextVar[str] = ContextVar("mark", default="")

    async def marking(scope: Any, receive: Any, send: Any) -> None:
        seen.append(mark.get())
        mark.set(scope["path"])
        await asyncio.sleep(0)
        await plain(scope, receive, send)

    async with serving(marking) as live:
        connection = await live.connect()
        connection.send("".join(f"GET /{n} HTTP/1.1\r\nHost: x\r\n\r\n" for n in range(3)))
        for _ in range(3):
            await connection.until(b"ok")

    assert seen == ["", "", ""]


async def test_noise_from_strangers_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(plain) as live:
        for noise in (
            b"\x00\x01",
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        ):
            connection = await live.connect()
            connection.send(noise)
            connection.writer.write_eof()
            await connection.rest()

    assert caplog.records == []
