from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator

import numpy as np
import pytest

from libs.embedding.embedder import Vectors
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.query_vectors import QueryVectors
from tests.fakes.fake_embedder import FakeEmbedder


class GatedEmbedder(FakeEmbedder):
    """Waits before each vector until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def embed_query(self, text: str) -> Vectors:
        assert self.gate.wait(10)
        return super().embed_query(text)


@pytest.fixture
async def gated() -> AsyncIterator[tuple[GatedEmbedder, QueryVectors]]:
    embedder = GatedEmbedder()
    embedding = QueryEmbedding(embedder, 1)
    yield embedder, QueryVectors(embedding)
    embedder.gate.set()
    embedding.close()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def landed(vectors: QueryVectors) -> None:
    for _ in range(500):
        if not vectors._flights:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("an embedding does not end")


async def test_a_query_that_many_ask_at_once_is_embedded_once(
    gated: tuple[GatedEmbedder, QueryVectors],
) -> None:
    embedder, vectors = gated
    asked = [asyncio.create_task(vectors.embed("radio")) for _ in range(20)]
    await settled()
    embedder.gate.set()
    found = await asyncio.gather(*asked)
    assert embedder.texts == ["radio"]
    assert all(np.array_equal(vector, found[0]) for vector in found)


async def test_one_that_leaves_takes_nothing_from_the_others(
    gated: tuple[GatedEmbedder, QueryVectors],
) -> None:
    embedder, vectors = gated
    leaving, staying = (asyncio.create_task(vectors.embed("radio")) for _ in range(2))
    await settled()
    leaving.cancel()
    await settled()
    embedder.gate.set()
    assert (await staying).shape == (384,)
    assert leaving.cancelled()


async def test_what_nobody_waits_for_any_more_is_not_embedded(
    gated: tuple[GatedEmbedder, QueryVectors],
) -> None:
    embedder, vectors = gated
    busy = asyncio.create_task(vectors.embed("first"))  # holds the only thread
    await settled()
    gone = asyncio.create_task(vectors.embed("second"))
    await settled()
    gone.cancel()
    await asyncio.wait([gone])
    embedder.gate.set()
    await busy
    assert embedder.texts == ["first"]
    await vectors.embed("second")  # asked anew, it is embedded after all
    assert embedder.texts == ["first", "second"]


async def test_a_known_query_needs_no_embedding() -> None:
    embedder = FakeEmbedder()
    embedding = QueryEmbedding(embedder, 1)
    vectors = QueryVectors(embedding)
    assert vectors.known("radio") is None
    vector = await vectors.embed("radio")
    known = vectors.known("radio")
    assert known is not None
    assert np.array_equal(known, vector)
    embedding.close()


async def test_what_is_remembered_is_bounded_in_bytes_and_the_oldest_leaves() -> None:
    embedding = QueryEmbedding(FakeEmbedder(), 1)
    vectors = QueryVectors(embedding, most_bytes=3 * 2000)
    for text in ("one", "two", "three", "four"):
        await vectors.embed(text)
    assert vectors.known("one") is None
    assert vectors.known("four") is not None
    await vectors.embed("x" * 10_000)  # larger than everything together: not remembered, no harm
    assert vectors.known("x" * 10_000) is None
    embedding.close()


async def test_a_failure_is_told_to_all_and_remembered_by_none() -> None:
    embedder = FakeEmbedder(failure=RuntimeError("no model"))
    embedding = QueryEmbedding(embedder, 1)
    vectors = QueryVectors(embedding)
    results = await asyncio.gather(*(vectors.embed("radio") for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [RuntimeError] * 3
    embedder.failure = None
    assert (await vectors.embed("radio")).shape == (384,)
    embedding.close()


async def test_one_may_begin_before_the_vector_is_waited_for(
    gated: tuple[GatedEmbedder, QueryVectors],
) -> None:
    embedder, vectors = gated
    vectors.begin("radio")
    vectors.begin("radio")
    embedder.gate.set()
    assert (await vectors.embed("radio")).shape == (384,)
    vectors.begin("radio")  # known by now
    assert embedder.texts == ["radio"]


async def test_what_was_begun_and_never_waited_for_is_remembered_and_a_failure_of_it_is_no_news(
    caplog: pytest.LogCaptureFixture,
) -> None:
    embedder = FakeEmbedder()
    embedding = QueryEmbedding(embedder, 1)
    vectors = QueryVectors(embedding)
    vectors.begin("radio")
    await landed(vectors)
    embedder.failure = RuntimeError("no model")
    vectors.begin("shelf")
    await landed(vectors)
    embedding.close()
    assert vectors.known("radio") is not None
    assert vectors.known("shelf") is None
    gc.collect()  # an exception that nobody looked at would be told now
    assert caplog.records == []
