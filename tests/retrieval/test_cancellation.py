"""Searches that nobody waits for any more: what they had yet to do is not done."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc
import pytest

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.metrics import REGISTRY
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.embedding.embedder import Vectors
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import example
from tests.retrieval.running_server import Running, running_server

SOON = 0.1
"""Seconds within which work is cancelled."""
THREADS = 2
"""Queries that the running server embeds at the same time."""


class BusyEmbedder(FakeEmbedder):
    """Takes its time over a query until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def embed_query(self, text: str) -> Vectors:
        self.busy += 1
        assert self.go_on.wait(10)
        self.busy -= 1
        return super().embed_query(text)


@pytest.fixture
async def embedder() -> BusyEmbedder:
    return BusyEmbedder()


@pytest.fixture
async def running(tmp_path: Path, embedder: BusyEmbedder) -> AsyncIterator[Running]:
    async with running_server(tmp_path, embedder) as started:
        await started.publish([example("The radio needs a battery.")])
        embedder.texts.clear()
        yield started
        embedder.go_on.set()


def search(
    running: Running, query: str, seconds: float = 10.0
) -> grpc.aio.UnaryUnaryCall[pb.SearchRequest, pb.SearchResponse]:
    request, metadata = pb.SearchRequest(query=query), running.keys.visitor("acme")
    call: grpc.aio.UnaryUnaryCall[pb.SearchRequest, pb.SearchResponse] = running.stub.Search(
        request, metadata=metadata, timeout=seconds
    )
    return call


def cancelled() -> float:
    """Searches that ended because their caller left."""
    labels = {"method": "Search", "code": "CANCELLED"}
    return REGISTRY.get_sample_value("causeway_rpc_duration_seconds_count", labels) or 0.0


def under_way(running: Running) -> int:
    """Searches that hold the index."""
    serving = running.served._current
    return serving.users if serving else 0


def in_line() -> float:
    """Searches that wait for their turn."""
    return REGISTRY.get_sample_value("causeway_queue_depth", {"queue": "search"}) or 0.0


async def until(condition: Callable[[], bool]) -> float:
    """Waits, within bounds, and returns for how long."""
    began = time.perf_counter()
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)
    return time.perf_counter() - began


async def test_a_search_whose_deadline_has_passed_embeds_nothing(
    running: Running, embedder: BusyEmbedder
) -> None:
    for _ in range(20):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await search(running, "radio", 0.015)  # less than one hop keeps for itself
        assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED

    assert embedder.texts == []


async def test_a_search_whose_deadline_passes_while_it_waits_embeds_nothing(
    running: Running, embedder: BusyEmbedder
) -> None:
    embedder.go_on.clear()
    before = [search(running, f"battery {n}") for n in range(THREADS)]
    await until(lambda: embedder.busy == THREADS)

    late = await search(running, "radio", 0.2)
    embedder.go_on.set()
    await asyncio.gather(*before)
    await search(running, "needs")

    assert list(late.degradations) == ["dense_search"]  # the words were searched all the same
    assert sorted(embedder.texts) == [*(f"battery {n}" for n in range(THREADS)), "needs"]


async def test_a_cancelled_search_stops_its_work_within_a_tenth_of_a_second(
    running: Running, embedder: BusyEmbedder
) -> None:
    embedder.go_on.clear()
    before, ended = [search(running, f"battery {n}") for n in range(THREADS)], cancelled()
    await until(lambda: embedder.busy == THREADS)
    waiting = [search(running, f"radio {n}") for n in range(AdaptiveLimit().limit)]
    # Most have begun and wait for a thread, the last ones wait for their turn.
    await until(lambda: under_way(running) == AdaptiveLimit().limit and in_line() == THREADS)

    for call in waiting:
        call.cancel()
    took = await until(lambda: cancelled() == ended + len(waiting))
    embedder.go_on.set()
    await asyncio.gather(*before)
    await search(running, "needs")

    assert took < SOON
    assert sorted(embedder.texts) == [*(f"battery {n}" for n in range(THREADS)), "needs"]


async def test_a_search_that_is_cancelled_while_it_embeds_ends_at_once(
    running: Running, embedder: BusyEmbedder
) -> None:
    embedder.go_on.clear()
    call, ended = search(running, "radio"), cancelled()
    await until(lambda: embedder.busy == 1)

    call.cancel()

    assert await until(lambda: cancelled() == ended + 1) < SOON
