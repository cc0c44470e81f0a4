"""Every gRPC server is the same."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from libs.common.rpc_client import client_options, open_channel
from libs.common.rpc_server import (
    INTERNAL_STREAMS,
    MAX_MESSAGE_BYTES,
    AddressTaken,
    RpcServer,
    flooded_options,
    server_options,
)
from libs.common.settings import SettingsError
from tests.common.keyring import Keyring, bearer
from tests.common.probe import NAME, Behaviour, Probe, failure, running, spec


def _grpc_library() -> Path:
    found = find_spec("grpc._cython.cygrpc")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin)


SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.fixture
def edge(keyring: Keyring) -> Keyring:
    keyring.add("edge")
    return keyring


async def health(channel: grpc.aio.Channel, name: str = "") -> int:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    response = await stub.Check(health_pb2.HealthCheckRequest(service=name))
    return int(response.status)


async def refusal_of_new_calls(port: int) -> grpc.StatusCode:
    """Calls until the server takes no more."""
    async with open_channel(f"127.0.0.1:{port}") as channel:
        while True:
            try:
                await health(channel)
            except grpc.aio.AioRpcError as error:
                return error.code()


async def test_a_server_is_not_ready_until_it_says_so(edge: Keyring) -> None:
    server = RpcServer(spec(Behaviour()), edge.verifier("probe"))
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        for name in ("", NAME):
            assert await health(channel, name) == NOT_SERVING
        await server.set_ready(True)
        for name in ("", NAME):
            assert await health(channel, name) == SERVING
        await server.set_ready(False)
        assert await health(channel) == NOT_SERVING
    await server.stop(0)


async def test_a_taken_port_says_so_and_what_to_do(edge: Keyring) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(AddressTaken, match=f"{address} is taken .*choose another port") as caught:
            await RpcServer(spec(Behaviour(), address=address), edge.verifier("probe")).start()
    assert isinstance(caught.value, OSError)
    assert isinstance(caught.value, SettingsError)


async def test_two_servers_never_share_a_port(edge: Keyring) -> None:
    first = RpcServer(spec(Behaviour()), edge.verifier("probe"))
    port = await first.start()
    second = RpcServer(spec(Behaviour(), address=f"127.0.0.1:{port}"), edge.verifier("probe"))
    with pytest.raises(AddressTaken):
        await second.start()
    await first.stop(0)


@pytest.mark.parametrize("address", ["no such host:1", "203.0.113.7:18299", ""])
async def test_an_address_that_is_none_is_a_settings_error(edge: Keyring, address: str) -> None:
    with pytest.raises(SettingsError):
        await RpcServer(spec(Behaviour(), address=address), edge.verifier("probe")).start()


async def test_stopping_lets_running_calls_end(edge: Keyring) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def one(request: bytes, context: Any) -> bytes:
        begun.set()
        await may_end.wait()
        return b"done"

    server = RpcServer(spec(Behaviour(one=one)), edge.verifier("probe"))
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel, asyncio.timeout(10):
        probe = Probe(port, channel)
        running_call = asyncio.ensure_future(probe.one(b"", metadata=bearer(edge.token("edge", "probe"))))
        await begun.wait()
        stopping = asyncio.create_task(server.stop(grace=8))
        assert await refusal_of_new_calls(port) is grpc.StatusCode.UNAVAILABLE
        may_end.set()
        assert await running_call == b"done"
        await stopping


async def test_stopping_cancels_what_does_not_end_within_the_grace(edge: Keyring) -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def many(request: bytes, context: Any) -> AsyncIterator[bytes]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        yield b""

    server = RpcServer(spec(Behaviour(many=many)), edge.verifier("probe"))
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel, asyncio.timeout(10):
        call = Probe(port, channel).many(b"", metadata=bearer(edge.token("edge", "probe")))
        reading = asyncio.ensure_future(failure(call.read()))
        await begun.wait()
        await server.stop(grace=0.05)
        await cancelled.wait()
        assert (await reading).code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}


async def test_serving_ends_with_the_event(edge: Keyring) -> None:
    stop = asyncio.Event()
    server = RpcServer(spec(Behaviour()), edge.verifier("probe"))
    serving = asyncio.create_task(server.serve_until(stop))
    stop.set()
    async with asyncio.timeout(10):
        await serving


async def test_a_message_beyond_the_limit_is_refused_and_the_connection_lives_on(edge: Keyring) -> None:
    metadata = bearer(edge.token("edge", "probe"))
    async with (
        running(edge.verifier("probe")) as probe,
        grpc.aio.insecure_channel(f"127.0.0.1:{probe.port}") as channel,
    ):
        unlimited = Probe(probe.port, channel)
        error = await failure(unlimited.one(bytes(MAX_MESSAGE_BYTES + 1), metadata=metadata))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await unlimited.one(b"still here", metadata=metadata) == b"still here"


async def test_metadata_beyond_the_limit_is_refused_and_the_connection_lives_on(edge: Keyring) -> None:
    metadata = bearer(edge.token("edge", "probe"))
    async with running(edge.verifier("probe")) as probe:
        error = await failure(probe.one(b"", metadata=(*metadata, ("x-huge", "a" * 100_000))))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await probe.one(b"still here", metadata=metadata) == b"still here"


async def test_reflection_names_the_service(edge: Keyring) -> None:
    async with running(edge.verifier("probe")) as probe:
        channel: Any = probe.channel
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
        call = stub.ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        response = await call.read()
        await call.done_writing()
        names = {service.name for service in response.list_services_response.service}
        call.cancel()
    assert names == {NAME, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


def test_the_limit_of_streams_is_the_specs() -> None:
    assert ("grpc.max_concurrent_streams", INTERNAL_STREAMS) in server_options(INTERNAL_STREAMS)


@pytest.mark.parametrize(
    "name", sorted({name for name, _ in (*flooded_options(spec(Behaviour())), *client_options())})
)
def test_grpc_knows_every_option_that_it_is_given(name: str) -> None:
    """It passes over one that it does not know without a word."""
    assert name.encode() in _grpc_library().read_bytes()


async def test_an_idle_stream_outlives_its_clients_pings() -> None:
    """The server's limit on pings is scaled down with the client's interval; the ratio is what counts."""
    interval = dict(client_options())["grpc.keepalive_time_ms"]
    allowed = dict(server_options(100))["grpc.http2.min_ping_interval_without_data_ms"]
    assert allowed < interval

    async def idle(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield b"open"
        await asyncio.Event().wait()

    handlers: dict[str, Any] = {"Idle": grpc.unary_stream_rpc_method_handler(idle)}
    faster = {"grpc.http2.min_ping_interval_without_data_ms": 500}
    server = grpc.aio.server(options=tuple((dict(server_options(100)) | faster).items()))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("probe.Probe", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    often = dict(client_options()) | {"grpc.keepalive_time_ms": 1000}
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=tuple(often.items())) as channel:
        stream: Any = channel.unary_stream("/probe.Probe/Idle")
        call = stream(b"")
        assert await call.read() == b"open"
        # A server that counts the pings as abuse ends the stream after the third.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call.read(), 4)
    await server.stop(0)
