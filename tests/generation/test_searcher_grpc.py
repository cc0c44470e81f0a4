"""Searching over a real connection to a scripted retrieval service."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from libs.common.call_throttle import CallThrottle
from libs.common.caller import Caller, current_caller
from libs.common.clock import SystemClock
from libs.common.errors import CausewayError, DeadlineExceeded, DependencyUnavailable, Overloaded
from libs.common.pb.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_policy import MethodPolicy
from libs.common.rpc_server import RpcServer, ServerSpec
from services.generation.__main__ import SEARCHES
from services.generation.passage import Passage
from services.generation.searcher_grpc import GrpcSearcher, found_in
from tests.common.keyring import Keyring
from tests.fakes.fake_clock import FakeClock
from tests.fakes.scripted_retrieval import breaking_off, scripted
from tests.generation.examples import ANA, question

FOUND = retrieval_pb2.SearchResponse(
    passages=[
        retrieval_pb2.Passage(
            passage_id="p-1",
            document_id="d-1",
            uri="house.md",
            title="House rules",
            heading_path=["Meals", "Tea"],
            text="Tea is at four.",
            score=0.9,
            scores=retrieval_pb2.StageScores(dense=0.7, bm25=3.0),
            start=12,
            url="https://example.org/house#tea",
        ),
        retrieval_pb2.Passage(passage_id="p-2", scores=retrieval_pb2.StageScores(bm25=2.0)),
    ],
    degradations=["keyword_only"],
    index_version="main",
)


class FakeRetrieval(retrieval_pb2_grpc.RetrievalServicer):
    """Answers every search alike, notes it, or fails."""

    def __init__(self) -> None:
        self.requests: list[retrieval_pb2.SearchRequest] = []
        self.callers: list[Caller] = []
        self.failure: CausewayError | None = None
        self.gate: asyncio.Event | None = None

    async def Search(  # noqa: N802
        self, request: retrieval_pb2.SearchRequest, context: Any
    ) -> retrieval_pb2.SearchResponse:
        self.requests.append(request)
        self.callers.append(current_caller())
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return FOUND


@asynccontextmanager
async def connected(
    folder: Path, retrieval: FakeRetrieval, *, vectors: bool = False
) -> AsyncIterator[GrpcSearcher]:
    keyring = Keyring(folder, SystemClock())
    keyring.add("generation", ["act_for", "search"])
    add = partial(retrieval_pb2_grpc.add_RetrievalServicer_to_server, retrieval)
    policy = {"Search": MethodPolicy(role="search")}
    spec = ServerSpec("causeway.retrieval.v1.Retrieval", "127.0.0.1:0", policy, add)
    server = RpcServer(spec, keyring.verifier("retrieval"))
    port = await server.start()
    try:
        async with open_channel(f"127.0.0.1:{port}") as channel:
            stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
            signer = keyring.signer("generation", "retrieval", ["act_for", "search"])
            yield GrpcSearcher(
                stub, signer, CallThrottle("retrieval", FakeClock()), SystemClock(), vectors=vectors
            )
    finally:
        await server.stop(0)


@asynccontextmanager
async def asking(folder: Path, target: str) -> AsyncIterator[GrpcSearcher]:
    """A searcher over generation's own channel, of a server that looks at no token."""
    keyring = Keyring(folder, SystemClock())
    keyring.add("generation", ["act_for", "search"])
    signer = keyring.signer("generation", "retrieval", ["act_for", "search"])
    async with open_channel(target, SEARCHES) as channel:
        stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        yield GrpcSearcher(stub, signer, CallThrottle("retrieval", FakeClock()), SystemClock())


async def test_it_searches_for_the_visitor_and_reads_what_comes_back(tmp_path: Path) -> None:
    retrieval = FakeRetrieval()
    asked = question(page_url="https://a.example", page_title="A")
    async with connected(tmp_path, retrieval) as searcher:
        found = await searcher.search(ANA, asked, "balanced-1", 5.0)
    request, caller = retrieval.requests[0], retrieval.callers[0]
    assert (request.query, request.profile, request.k, request.include_text) == (
        asked.text,
        "balanced-1",
        0,
        True,
    )
    assert (request.page_hint.url, request.page_hint.title) == ("https://a.example", "A")
    assert (caller.service, caller.tenant, caller.subject) == ("generation", "acme", "ana")
    assert found.passages[0] == Passage(
        passage_id="p-1",
        document_id="d-1",
        uri="house.md",
        title="House rules",
        heading_path=("Meals", "Tea"),
        text="Tea is at four.",
        score=0.9,
        dense=0.7,
        start=12,
        url="https://example.org/house#tea",
    )
    assert found.passages[1].dense is None
    assert (found.degradations, found.index_version) == (("keyword_only",), "main")


def test_the_vectors_of_sentences_are_read_where_they_fit_together() -> None:
    whole = retrieval_pb2.SentenceVectors(
        embedder="e", dimensions=2, starts=[0], ends=[15], values=b"\x7f\x00", scales=[1 / 127]
    )
    broken = retrieval_pb2.SentenceVectors(embedder="e", dimensions=2, starts=[0], ends=[15], values=b"\x7f")
    passages = [retrieval_pb2.Passage(sentence_vectors=each, page=3) for each in (whole, broken)]
    first, second = found_in(retrieval_pb2.SearchResponse(passages=passages)).passages
    assert first.vectors is not None
    vector = first.vectors.at(0, 15)
    assert vector is not None
    assert vector.tolist() == pytest.approx([1.0, 0.0])
    assert second.vectors is None
    assert first.page == 3


async def test_vectors_are_asked_for_where_they_are_wanted(tmp_path: Path) -> None:
    retrieval = FakeRetrieval()
    async with connected(tmp_path, retrieval, vectors=True) as searcher:
        await searcher.search(ANA, question(), "", 5.0)
    async with connected(tmp_path, retrieval) as searcher:
        await searcher.search(ANA, question(), "", 5.0)
    assert [request.include_sentence_vectors for request in retrieval.requests] == [True, False]


async def test_typed_errors_survive_the_hop(tmp_path: Path) -> None:
    retrieval = FakeRetrieval()
    retrieval.failure = Overloaded("busy", retry_after_ms=250)
    async with connected(tmp_path, retrieval) as searcher:
        with pytest.raises(Overloaded) as raised:
            await searcher.search(ANA, question(), "", 5.0)
    assert raised.value.retry_after_ms == 250


async def test_an_answer_that_broke_off_is_asked_for_once_more(tmp_path: Path) -> None:
    async with scripted(breaking_off(1)) as retrieval, asking(tmp_path, retrieval.target) as searcher:
        found = await searcher.search(ANA, question(), "", 30.0)
    assert (found.pressure, len(retrieval.calls)) == (2, 2)


async def test_an_error_of_the_service_is_not_asked_again(tmp_path: Path) -> None:
    sick = breaking_off(1, DependencyUnavailable("The index does not answer."))
    async with scripted(sick) as retrieval, asking(tmp_path, retrieval.target) as searcher:
        with pytest.raises(DependencyUnavailable, match="index"):
            await searcher.search(ANA, question(), "", 30.0)
    assert len(retrieval.calls) == 1


async def test_what_retrieval_refuses_is_not_sent_again_at_once_and_other_tenants_do_not_feel_it(
    tmp_path: Path,
) -> None:
    retrieval = FakeRetrieval()
    retrieval.failure = Overloaded("busy", retry_after_ms=250)
    async with connected(tmp_path, retrieval) as searcher:
        for _ in range(20):
            with pytest.raises(Overloaded) as raised:
                await searcher.search(ANA, question(), "", 5.0)
        retrieval.failure = None
        await searcher.search(dataclasses.replace(ANA, tenant="globex"), question(), "", 5.0)
    assert raised.value.retry_after_ms == 250
    assert [caller.tenant for caller in retrieval.callers] == ["acme", "globex"]


async def test_a_search_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    retrieval = FakeRetrieval()
    retrieval.gate = asyncio.Event()
    async with connected(tmp_path, retrieval) as searcher:
        with pytest.raises(DeadlineExceeded, match="retrieval"):
            await searcher.search(ANA, question(), "", 0.05)


async def test_nobody_there_is_a_dependency_that_is_away(tmp_path: Path) -> None:
    async with asking(tmp_path, "127.0.0.1:9") as searcher:
        with pytest.raises(DependencyUnavailable, match="retrieval"):
            await searcher.search(ANA, question(), "", 5.0)
