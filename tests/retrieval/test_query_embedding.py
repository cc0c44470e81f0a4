"""Queries are embedded beside the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from libs.embedding.embedder import EmbeddingFailed, Vectors
from services.retrieval.giving_way import NICENESS
from services.retrieval.query_embedding import QueryEmbedding
from tests.fakes.fake_embedder import FakeEmbedder


class GatedEmbedder(FakeEmbedder):
    """Waits in its thread until the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.begun = threading.Semaphore(0)

    def embed_query(self, text: str) -> Vectors:
        self.begun.release()
        assert self.gate.wait(10)
        return super().embed_query(text)


async def test_a_vector_is_the_embedders_own() -> None:
    embedding = QueryEmbedding(FakeEmbedder("fake-7"), 1)
    assert embedding.identity == "fake-7"
    assert (await embedding.begin("radio")).tolist() == FakeEmbedder().embed_query("radio").tolist()
    embedding.close()


async def test_the_loop_runs_on_while_a_query_is_embedded() -> None:
    embedder = GatedEmbedder()
    embedding = QueryEmbedding(embedder, 1)
    slow = embedding.begin("slow")
    assert await asyncio.to_thread(embedder.begun.acquire, timeout=10)
    assert not slow.done()
    embedder.gate.set()
    await asyncio.wait_for(slow, 10)
    embedding.close()


async def test_a_query_that_is_cancelled_while_it_waits_is_never_embedded() -> None:
    embedder = GatedEmbedder()
    embedding = QueryEmbedding(embedder, 1)
    running = embedding.begin("running")
    assert await asyncio.to_thread(embedder.begun.acquire, timeout=10)
    waiting = embedding.begin("waiting")
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0)  # the executor learns of it in the loop's next turn
    embedder.gate.set()
    await asyncio.wait_for(running, 10)
    await asyncio.wait_for(embedding.begin("last"), 10)
    assert embedder.texts == ["running", "last"]
    embedding.close()


async def test_what_the_embedder_raises_reaches_the_caller() -> None:
    embedding = QueryEmbedding(FakeEmbedder(failure=RuntimeError("out of memory")), 1)
    with pytest.raises(RuntimeError, match="out of memory"):
        await embedding.warm()
    embedding.close()


async def test_a_model_that_does_not_answer_yet_is_no_obstacle_to_the_start() -> None:
    embedding = QueryEmbedding(FakeEmbedder(failure=EmbeddingFailed("away")), 1)

    await embedding.warm()

    with pytest.raises(EmbeddingFailed, match="away"):
        await embedding.begin("radio")
    embedding.close()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness of their own on Linux only")
async def test_embedding_gives_way_to_the_loop() -> None:
    class Asked(FakeEmbedder):
        niceness = 0

        def embed_query(self, text: str) -> Vectors:
            self.niceness = os.getpriority(os.PRIO_PROCESS, 0)
            return super().embed_query(text)

    embedder = Asked()
    embedding = QueryEmbedding(embedder, 1)
    await embedding.begin("radio")
    embedding.close()
    assert embedder.niceness == min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, 19)
