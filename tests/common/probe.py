"""A real gRPC server whose methods do what a test says, and a client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc

from libs.common.pb.retrieval.v1 import retrieval_pb2
from libs.common.rpc_client import open_channel
from libs.common.rpc_policy import MethodPolicy
from libs.common.rpc_server import RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenVerifier

NAME = "causeway.probe.v1.Probe"

Unary = Callable[[bytes, Any], Awaitable[bytes]]
Stream = Callable[[bytes, Any], AsyncIterator[bytes]]

ANYBODY: Mapping[str, MethodPolicy] = {
    name: MethodPolicy(role=None, subject=False) for name in ("One", "Many", "Collect", "Echo")
}


async def _one(request: bytes, context: Any) -> bytes:
    return request


async def _many(request: bytes, context: Any) -> AsyncIterator[bytes]:
    yield request


@dataclass
class Behaviour:
    """What the methods do; tests replace it."""

    one: Unary = field(default=_one)
    many: Stream = field(default=_many)


class Probe:
    """Calls the methods of a running probe."""

    def __init__(self, port: int, channel: grpc.aio.Channel) -> None:
        self.port = port
        self.channel = channel
        self.one: Any = channel.unary_unary(f"/{NAME}/One")
        self.many: Any = channel.unary_stream(f"/{NAME}/Many")
        self.collect: Any = channel.stream_unary(f"/{NAME}/Collect")
        self.echo: Any = channel.stream_stream(f"/{NAME}/Echo")
        self.hidden: Any = channel.unary_unary(f"/{NAME}/Hidden")


def spec(
    behaviour: Behaviour,
    policy: Mapping[str, MethodPolicy] = ANYBODY,
    address: str = "127.0.0.1:0",
    *,
    typed: bool = False,
) -> ServerSpec:
    """Describes the probe, with one method of each shape; a typed one reads its requests as messages."""
    read = retrieval_pb2.SearchRequest.FromString if typed else None

    async def one(request: bytes, context: Any) -> bytes:
        return await behaviour.one(request, context)

    async def many(request: bytes, context: Any) -> AsyncIterator[bytes]:
        async for response in behaviour.many(request, context):
            yield response

    async def collect(requests: AsyncIterator[bytes], context: Any) -> bytes:
        return b"".join([request async for request in requests])

    async def echo(requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
        async for request in requests:
            yield request

    handlers: dict[str, Any] = {
        "One": grpc.unary_unary_rpc_method_handler(one, request_deserializer=read),
        "Many": grpc.unary_stream_rpc_method_handler(many, request_deserializer=read),
        "Collect": grpc.stream_unary_rpc_method_handler(collect, request_deserializer=read),
        "Echo": grpc.stream_stream_rpc_method_handler(echo, request_deserializer=read),
        "Hidden": grpc.unary_unary_rpc_method_handler(one, request_deserializer=read),
    }

    def add(server: grpc.aio.Server) -> None:
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(NAME, handlers),))

    return ServerSpec(NAME, address, policy, add)


@asynccontextmanager
async def running(
    verifier: ServiceTokenVerifier,
    behaviour: Behaviour | None = None,
    policy: Mapping[str, MethodPolicy] = ANYBODY,
    *,
    typed: bool = False,
) -> AsyncIterator[Probe]:
    """Runs the probe on a free port."""
    server = RpcServer(spec(behaviour or Behaviour(), policy, typed=typed), verifier)
    port = await server.start()
    await server.set_ready(True)
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield Probe(port, channel)
    await server.stop(0)


async def failure(call: Awaitable[Any]) -> grpc.aio.AioRpcError:
    """Returns the error that a call must end with."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error
    raise AssertionError("the call was answered")
