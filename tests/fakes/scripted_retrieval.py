"""Retrieval over a real socket that answers as a test tells it, and remembers how it was called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc

from libs.common.errors import CausewayError
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_errors import encode

Behaviour = Callable[[pb.SearchRequest, Any], Awaitable[pb.SearchResponse]]


@dataclass(frozen=True)
class Call:
    """A search as it arrived."""

    request: pb.SearchRequest
    metadata: dict[str, str]
    seconds_left: float
    peer: str


@dataclass
class ScriptedRetrieval(retrieval_pb2_grpc.RetrievalServicer):
    """Answers each search by a function.

    Attributes:
        behaviour: What a search does.
        calls: The searches so far.
        port: Where it listens.
    """

    behaviour: Behaviour
    calls: list[Call] = field(default_factory=list)
    port: int = 0

    async def Search(self, request: pb.SearchRequest, context: Any) -> pb.SearchResponse:  # noqa: N802
        metadata = {key: str(value) for key, value in context.invocation_metadata()}
        self.calls.append(Call(request, metadata, context.time_remaining(), context.peer()))
        return await self.behaviour(request, context)

    @property
    def target(self) -> str:
        """Its address."""
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def scripted(
    behaviour: Behaviour, credentials: grpc.ServerCredentials | None = None, concurrent: int = 100
) -> AsyncIterator[ScriptedRetrieval]:
    """Runs one.

    Args:
        behaviour: What a search does.
        credentials: For TLS.
        concurrent: Calls at once that it takes on a connection.
    """
    server = grpc.aio.server(options=[("grpc.max_concurrent_streams", concurrent), ("grpc.so_reuseport", 0)])
    retrieval = ScriptedRetrieval(behaviour)
    retrieval_pb2_grpc.add_RetrievalServicer_to_server(retrieval, server)  # type: ignore[no-untyped-call]
    if credentials is None:
        retrieval.port = server.add_insecure_port("127.0.0.1:0")
    else:
        retrieval.port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    try:
        yield retrieval
    finally:
        await server.stop(None)


def failing(error: CausewayError) -> Behaviour:
    """Fails every search as the kernel does."""

    async def fail(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        code, detail, trailers = encode(error)
        await context.abort(code, detail, trailers)
        raise AssertionError

    return fail


def dropping_first_attempts() -> Behaviour:
    """Loses every call as a broken connection does, and answers when it comes again."""

    async def drop(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        if "grpc-previous-rpc-attempts" not in dict(context.invocation_metadata()):
            await context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        return pb.SearchResponse(profile="second attempt")

    return drop


def answering(response: pb.SearchResponse | None = None) -> Behaviour:
    """Answers every search alike."""

    async def answer(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        return response or pb.SearchResponse()

    return answer


def paging(ids: Sequence[str], failing_at: int | None = None) -> Behaviour:
    """Gives passages out, `k` a page; a place in the list is the token."""

    async def page(request: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        start = int(request.page_token or 0)
        if failing_at is not None and start >= failing_at:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "stale")
        end = start + request.k
        return pb.SearchResponse(
            passages=[pb.Passage(passage_id=name) for name in ids[start:end]],
            next_page_token=str(end) if end < len(ids) else "",
        )

    return page


def breaking_off(
    times: int, error: CausewayError | None = None, code: grpc.StatusCode = grpc.StatusCode.UNAVAILABLE
) -> Behaviour:
    """Begins its answers and breaks the first ones off, as the death of a process does, or with an error of its own.

    Args:
        times: How many answers break off.
        error: What the service says of it; None where only gRPC says something.
        code: What gRPC says of it.
    """
    broken = 0

    async def begin(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        nonlocal broken
        await context.send_initial_metadata((("x-causeway-pressure", "2"),))
        if broken < times:
            broken += 1
            told = encode(error) if error else (code, "Stream removed", ())
            await context.abort(*told)
        return pb.SearchResponse(profile="whole")

    return begin
