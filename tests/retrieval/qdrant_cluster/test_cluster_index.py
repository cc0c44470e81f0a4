"""The index over a socket: one round trip, and every fault ends as the port's own error, in time."""

from __future__ import annotations

import asyncio
import threading

import grpc
import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient

from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_cluster.cluster_index import QdrantClusterIndex
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import ALIAS, index_over, publish
from tests.retrieval.example_passages import example

RADIO = example("The radio needs a battery.", uri="radio.md")
VECTOR = FakeEmbedder().embed_query("radio")
ALL = Condition(Visibility("acme", frozenset()))


@pytest.fixture
def index(server: QdrantServer, writing: QdrantClient, serving: AsyncQdrantClient) -> QdrantClusterIndex:
    publish(writing, [RADIO, example("Lifejackets", uri="jackets.md")])
    server.calls.clear()
    return index_over(serving)


async def test_vectors_and_words_take_one_round_trip(server: QdrantServer, index: QdrantClusterIndex) -> None:
    near, words = await index.hybrid(VECTOR, "radio", ALL, 5)
    assert len(near) == 2
    assert [hit.key for hit in words] == [RADIO.passage_id]
    assert server.calls == {"QueryBatch": 1}


async def test_the_engine_counts_rareness_among_the_visible_alone(
    server: QdrantServer, index: QdrantClusterIndex
) -> None:
    await index.keywords("radio", ALL, 5)
    (query,) = server.queried[-1].query_points
    assert query.params.idf.HasField("corpus")
    assert "tenant" in str(query.params.idf.corpus)


async def test_quantised_vectors_are_ranked_again_by_the_originals(
    server: QdrantServer, serving: AsyncQdrantClient, index: QdrantClusterIndex
) -> None:
    await index.nearest(VECTOR, ALL, 5)
    assert not server.queried[-1].query_points[0].params.HasField("quantization")
    shrunk = QdrantClusterIndex(serving, ALIAS, QdrantBm25(), "binary")
    await shrunk.nearest(VECTOR, ALL, 5)
    asked = server.queried[-1].query_points[0].params.quantization
    assert asked.rescore
    assert asked.oversampling == 2.0


CODES = [
    (grpc.StatusCode.UNAVAILABLE, "cannot be reached"),
    (grpc.StatusCode.UNAUTHENTICATED, "refuses the API key"),
    (grpc.StatusCode.PERMISSION_DENIED, "may not do this"),
    (grpc.StatusCode.INTERNAL, "INTERNAL"),
    (grpc.StatusCode.RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED"),
    (grpc.StatusCode.NOT_FOUND, "NOT_FOUND"),
]


@pytest.mark.parametrize(("code", "said"), CODES)
async def test_every_refusal_is_the_ports_own_error(
    server: QdrantServer, index: QdrantClusterIndex, code: grpc.StatusCode, said: str
) -> None:
    server.faults.refusals = {"QueryBatch": code, "Scroll": code}
    for asked in (
        index.nearest(VECTOR, ALL, 5),
        index.keywords("radio", ALL, 5),
        index.hybrid(VECTOR, "radio", ALL, 5),
        index.fetch([RADIO.passage_id], ALL),
        index.scan("acme", "", 5),
    ):
        with pytest.raises(IndexFailure, match=said):
            await asked
    server.faults.clear()
    assert await index.nearest(VECTOR, ALL, 5)


async def test_a_node_that_stumbles_once_is_asked_again(
    server: QdrantServer, index: QdrantClusterIndex
) -> None:
    server.faults.refusals = {"QueryBatch": grpc.StatusCode.UNAVAILABLE}
    server.faults.remaining = {"QueryBatch": 1}
    assert len(await index.nearest(VECTOR, ALL, 5)) == 2
    assert server.calls["QueryBatch"] == 2


async def test_one_half_may_fail_while_the_other_answers(
    server: QdrantServer, index: QdrantClusterIndex
) -> None:
    server.faults.refusals = {"Scroll": grpc.StatusCode.INTERNAL}
    assert await index.nearest(VECTOR, ALL, 5)
    with pytest.raises(IndexFailure):
        await index.fetch([RADIO.passage_id], ALL)


async def test_a_server_that_hangs_is_left_in_time(
    server: QdrantServer, serving: AsyncQdrantClient, index: QdrantClusterIndex
) -> None:
    server.faults.gates = {"QueryBatch": threading.Event()}
    impatient = index_over(serving, timeout=0.2)
    async with asyncio.timeout(10):
        with pytest.raises(IndexFailure, match="did not answer in time"):
            await impatient.nearest(VECTOR, ALL, 5)
    server.faults.clear()
    assert await index.nearest(VECTOR, ALL, 5)


async def test_a_connection_cut_in_the_midst_of_a_call_is_mended_by_itself(
    server: QdrantServer, index: QdrantClusterIndex
) -> None:
    gate = server.faults.gates["QueryBatch"] = threading.Event()
    asked = asyncio.create_task(index.nearest(VECTOR, ALL, 5))
    async with asyncio.timeout(10):
        while not server.calls["QueryBatch"]:
            await asyncio.sleep(0.01)
    await asyncio.to_thread(server.stop)
    gate.set()
    with pytest.raises(IndexFailure):
        await asked
    with pytest.raises(IndexFailure):
        await index.nearest(VECTOR, ALL, 5)
    server.start()
    async with asyncio.timeout(20):
        while True:
            try:
                assert len(await index.nearest(VECTOR, ALL, 5)) == 2
                break
            except IndexFailure:
                await asyncio.sleep(0.05)


async def test_nothing_is_asked_for_a_query_without_words(
    server: QdrantServer, index: QdrantClusterIndex
) -> None:
    assert await index.keywords("?!", ALL, 5) == []
    assert await index.fetch(["no id"], ALL) == {}
    assert not server.calls
