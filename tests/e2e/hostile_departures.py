"""Clients that leave in the middle of everything."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import grpc

from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.pb.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from tests.e2e.hostile_calls import WASTE, attempt, declared_methods, raw
from tests.e2e.hostile_methods import CASES, documents, header, source
from tests.e2e.hostile_routes import JSON, bearer
from tests.e2e.hostile_wire import PATIENCE, Wire, request
from tests.e2e.hostile_world import QUESTION, World
from tests.e2e.stack import parse_events

_ID = re.compile(rb"id: (q_[\w-]+)\.(\d+)\n")


@dataclass(frozen=True)
class Cut:
    """An answer whose reader left.

    Attributes:
        query_id: The answer.
        seq: The last event that its reader has.
        text: The text that the reader has.
    """

    query_id: str
    seq: int
    text: str


async def cut_chat(world: World, session: str, *, abruptly: bool) -> Cut:
    """Asks, reads some of the answer, and leaves."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.stack.ports["EDGE"])
    body = json.dumps({"question": QUESTION}).encode()
    writer.write(request("POST", b"/v1/chat", [bearer(session), JSON], body))
    received = b""
    try:
        async with asyncio.timeout(PATIENCE):
            while received.count(b"event: delta") < 2:
                received += await reader.readuntil(b"\n\n\r\n")
    finally:
        if abruptly:
            writer.transport.abort()
        else:
            writer.close()
    query_id, seq = _ID.findall(received)[-1]
    return Cut(query_id.decode(), int(seq), _text(_unchunked(received)))


async def resumed(world: World, session: str, cut: Cut) -> tuple[list[int], str, str]:
    """Follows an answer again; returns the numbers of the missing events, the whole text, and how it ended."""
    last = (b"Last-Event-ID", f"{cut.query_id}.{cut.seq}".encode())
    target = f"/v1/chat/{cut.query_id}/events".encode()
    async with Wire(world.stack.ports["EDGE"]) as wire:
        reply = await wire.exchange(request("GET", target, [bearer(session), last]))
    assert reply.status == 200, reply
    events = parse_events(reply.body.decode())
    numbers = [int(event.event_id.rpartition(".")[2]) for event in events]
    return numbers, cut.text + _text(reply.body.decode()), str(events[-1].data.get("finish"))


async def cut_requests(world: World, session: str, times: int) -> None:
    """Leaves in the middle of requests: in the head, in the body, before the answer, while following."""
    ask = request("POST", b"/v1/chat", [bearer(session), JSON], b'{"question": "half a question"}')
    follow = request("GET", b"/v1/passages/7f000000-0000-4000-8000-000000000001", [bearer(session)])
    for whole in (ask, follow):
        for length in random.Random(times).sample(range(1, len(whole)), times):
            _, writer = await asyncio.open_connection("127.0.0.1", world.stack.ports["EDGE"])
            writer.write(whole[:length])
            await asyncio.sleep(0)
            writer.transport.abort()


async def cancel_searches(world: World, times: int) -> None:
    """Begins searches and takes them back a moment later."""
    wanted = retrieval_pb2.SearchRequest(query=QUESTION, include_text=True)
    metadata = world.visitor(world.demo, "retrieval")
    async with open_channel(world.address("retrieval")) as channel:
        stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        calls = [stub.Search(wanted, metadata=metadata, timeout=PATIENCE) for _ in range(times)]
        for place, call in enumerate(calls):
            await asyncio.sleep(0.002 * (place % 3))
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def cut_streams(world: World, times: int) -> None:
    """Leaves streams of every shape: of answers, of manifests, of documents."""
    async with (
        open_channel(world.address("config")) as config,
        open_channel(world.address("retrieval")) as retrieval,
    ):
        watch = config_pb2_grpc.ConfigStub(config)  # type: ignore[no-untyped-call]
        index = retrieval_pb2_grpc.RetrievalStub(retrieval)  # type: ignore[no-untyped-call]
        for _ in range(times):
            watching = watch.WatchManifest(
                config_pb2.WatchManifestRequest(), metadata=world.plain("edge_gateway", "config")
            )
            await watching.read()
            sending = index.IndexDocuments(_endless(), metadata=world.team(WASTE, "ingest"))
            await asyncio.sleep(0.01)
            watching.cancel()
            sending.cancel()


async def cut_answers(world: World, manifest_id: str, times: int) -> None:
    """Leaves streams of answers, as an edge that dies would."""
    method, case = declared_methods()["generation.Answer"], CASES["generation.Answer"]
    owner = _ManifestOnly(manifest_id)
    metadata = world.visitor(world.demo, "generation", "carl")
    async with grpc.aio.insecure_channel(world.address("generation")) as channel:
        for _ in range(times):
            outcome = await attempt(channel, method, raw(case.good(owner)), metadata, responses=2)  # type: ignore[arg-type]
            assert outcome.code is grpc.StatusCode.OK, outcome


@dataclass(frozen=True)
class _ManifestOnly:
    manifest_id: str


async def _endless() -> AsyncIterator[retrieval_pb2.IndexDocumentsRequest]:
    for message in documents(source("cut"), header("cut.md")):
        yield message  # type: ignore[misc]
    while True:
        yield retrieval_pb2.IndexDocumentsRequest(content=bytes(64 * 1024))
        await asyncio.sleep(0.001)


def _unchunked(received: bytes) -> str:
    body = received.partition(b"\r\n\r\n")[2]
    return re.sub(rb"(?:^|\r\n)[0-9a-f]+\r\n", b"", body).decode()


def _text(events: str) -> str:
    return "".join(str(event.data["text"]) for event in parse_events(events) if event.name == "delta")
