"""Channels, pools of them, and what is sent over them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import grpc
import pytest

from libs.common.caller import Caller
from libs.common.errors import DependencyUnavailable
from libs.common.rpc_client import STREAMS_PER_CHANNEL, ChannelPool, Retried, open_channel
from libs.common.rpc_server import STRANGER_STREAMS
from tests.common.keyring import Keyring, bearer
from tests.common.probe import NAME, Behaviour, Probe, failure, running
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
def edge(keyring: Keyring) -> Keyring:
    keyring.add("edge", ["act_for"])
    return keyring


async def _idle(request: bytes, context: Any) -> AsyncIterator[bytes]:
    yield b"open"
    await asyncio.Event().wait()


def test_a_connection_takes_fewer_streams_than_servers_allow() -> None:
    assert STREAMS_PER_CHANNEL < STRANGER_STREAMS


def test_calls_carry_the_services_token_and_the_visitor(edge: Keyring, clock: FakeClock) -> None:
    signer = edge.signer("edge", "probe", ["act_for"])
    plain = dict(signer.metadata())
    acting = dict(signer.metadata(Caller("edge", "demo", "ana")))
    assert set(plain) == {"authorization"}
    assert acting["x-causeway-subject"] == "ana"
    token = acting["authorization"].removeprefix("Bearer ")
    assert edge.verifier("probe").verify(token).service == "edge"


async def test_three_hundred_idle_streams_do_not_stop_the_next_call(edge: Keyring) -> None:
    metadata = bearer(edge.token("edge", "probe"))
    async with running(edge.verifier("probe"), Behaviour(many=_idle)) as probe, AsyncExitStack() as stack:
        pool = ChannelPool(f"127.0.0.1:{probe.port}")
        stack.push_async_callback(pool.close)
        async with asyncio.timeout(30):
            tickets = set()
            for _ in range(300):
                ticket, channel = pool.acquire()
                tickets.add(ticket)
                call = Probe(probe.port, channel).many(b"", metadata=metadata)
                assert await call.read() == b"open"
                stack.callback(call.cancel)
            assert len(tickets) == 4
            assert await probe.one(b"short", metadata=metadata) == b"short"


async def test_one_channel_alone_would_hang(edge: Keyring) -> None:
    """What the pool is there for: the server's limit holds a connection's further calls back."""
    metadata = bearer(edge.token("edge", "probe"))
    async with running(edge.verifier("probe"), Behaviour(many=_idle)) as probe, AsyncExitStack() as stack:
        for _ in range(STRANGER_STREAMS):
            call = probe.many(b"", metadata=metadata)
            assert await call.read() == b"open"
            stack.callback(call.cancel)
        error = await failure(probe.one(b"", metadata=metadata, timeout=0.2))
    assert error.code().name == "DEADLINE_EXCEEDED"


async def test_room_that_is_given_back_is_used_again() -> None:
    pool = ChannelPool("127.0.0.1:1", streams_per_channel=2)
    first, _ = pool.acquire()
    second, _ = pool.acquire()
    third, _ = pool.acquire()
    assert (first, second, third) == (0, 0, 1)
    pool.release(first)
    assert pool.acquire()[0] == 0
    assert pool.acquire()[0] == 1
    assert pool.acquire()[0] == 2
    await pool.close()


async def test_a_slow_connection_is_given_time_to_be_made(edge: Keyring) -> None:
    """A region away, TCP and the HTTP/2 settings take several round trips."""
    metadata = bearer(edge.token("edge", "probe"))
    async with running(edge.verifier("probe")) as probe, await _far_away(probe.port, seconds=0.15) as far:
        port = far.sockets[0].getsockname()[1]
        async with open_channel(f"127.0.0.1:{port}") as channel:
            assert await Probe(port, channel).one(b"hello", metadata=metadata, timeout=10) == b"hello"


async def _far_away(port: int, seconds: float) -> asyncio.Server:
    """Passes bytes on to a port, each way so much later."""
    loop = asyncio.get_running_loop()

    async def passing(reader: asyncio.StreamReader, write: Callable[[bytes], None]) -> None:
        while data := await reader.read(65536):
            loop.call_later(seconds, write, data)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(passing(reader, onward.write), passing(there, writer.write))
        finally:
            onward.close()
            writer.close()

    return await asyncio.start_server(connected, "127.0.0.1", 0)


def failing(times: int, error: Callable[[Any], Any], calls: list[int]) -> Callable[[bytes, Any], Any]:
    """A method that fails so many times before it answers."""

    async def one(request: bytes, context: Any) -> bytes:
        calls.append(len(calls))
        if len(calls) <= times:
            await error(context)
        return b"answered"

    return one


async def _connection_lost(context: Any) -> None:
    await context.abort(grpc.StatusCode.UNAVAILABLE, "as gRPC itself says it")


async def _no_room(context: Any) -> None:
    await context.abort(grpc.StatusCode.CANCELLED, "as gRPC itself says it")


async def _dependency_lost(_: Any) -> None:
    raise DependencyUnavailable("The index does not answer.")


async def call_with_retries(edge: Keyring, one: Any, retried: Retried | None) -> bytes:
    metadata = bearer(edge.token("edge", "probe"))
    async with (
        running(edge.verifier("probe"), Behaviour(one=one)) as probe,
        open_channel(f"127.0.0.1:{probe.port}", retried) as channel,
    ):
        answer: bytes = await Probe(probe.port, channel).one(b"", metadata=metadata)
        return answer


async def test_a_lost_connection_is_tried_once_more(edge: Keyring) -> None:
    calls: list[int] = []

    answer = await call_with_retries(edge, failing(1, _connection_lost, calls), Retried(NAME, ("One",)))

    assert (answer, len(calls)) == (b"answered", 2)


async def test_a_call_that_the_servers_grpc_had_no_room_for_is_tried_once_more(edge: Keyring) -> None:
    calls: list[int] = []

    answer = await call_with_retries(edge, failing(1, _no_room, calls), Retried(NAME, ("One",)))

    assert (answer, len(calls)) == (b"answered", 2)


async def test_it_is_tried_no_more_than_twice(edge: Keyring) -> None:
    calls: list[int] = []

    with pytest.raises(grpc.aio.AioRpcError):
        await call_with_retries(edge, failing(5, _connection_lost, calls), Retried(NAME, ("One",)))

    assert len(calls) == 2


async def test_an_error_of_the_application_is_never_retried(edge: Keyring) -> None:
    calls: list[int] = []

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call_with_retries(edge, failing(1, _dependency_lost, calls), Retried(NAME, ("One",)))

    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert len(calls) == 1


@pytest.mark.parametrize("retried", [None, Retried(NAME, ("Many",)), Retried("other.Service", ("One",))])
async def test_other_methods_and_channels_do_not_retry(edge: Keyring, retried: Retried | None) -> None:
    calls: list[int] = []

    with pytest.raises(grpc.aio.AioRpcError):
        await call_with_retries(edge, failing(1, _connection_lost, calls), retried)

    assert len(calls) == 1
