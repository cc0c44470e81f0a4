"""What only a real Qdrant server can show: copies, parts, indexes, quantisation, and an alias that moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient, models

from services.retrieval.qdrant_cluster.collection import FIELD_INDEXES, alias_of
from services.retrieval.qdrant_cluster.connection import ClusterAddress
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_cluster import SHAPE, ListShelf, index_over, publication, remote_clients
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.indexes import CLUSTER_KEY, CLUSTER_URL, needs_cluster, remove_collections

pytestmark = needs_cluster

MANY = [example(f"text number {n}", uri=f"{n}.md") for n in range(600)]
ALL = Condition(Visibility("acme", frozenset()))
VECTOR = FakeEmbedder().embed_query("text")


class Cluster:
    """A real cluster, with names of this test's own."""

    def __init__(self) -> None:
        self.prefix = f"causeway-test-{uuid4().hex}"
        self.alias = alias_of(self.prefix, "main")
        self.writing: QdrantClient
        self.serving: AsyncQdrantClient
        self.writing, self.serving = remote_clients(ClusterAddress(CLUSTER_URL, CLUSTER_KEY, timeout=30))
        self.shelf = ListShelf(embedded(MANY))

    def collection(self) -> models.CollectionInfo:
        return self.writing.get_collection(self.alias)

    async def found(self) -> int:
        return len(await index_over(self.serving, self.alias, timeout=30).nearest(VECTOR, ALL, 1000))


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    one = Cluster()
    yield one
    await one.serving.close()
    remove_collections(one.writing, one.alias)
    one.writing.close()


async def test_a_collection_has_the_parts_copies_and_indexes_that_were_asked_for(cluster: Cluster) -> None:
    shape = replace(SHAPE, shards=2, replicas=1, quantisation="scalar")
    publication(cluster.writing, cluster.shelf, shape, prefix=cluster.prefix).publish(1)
    info = cluster.collection()
    assert info.config.params.shard_number == 2
    assert info.config.params.replication_factor == 1
    assert info.config.quantization_config is not None
    assert set(info.payload_schema) == set(FIELD_INDEXES)
    assert await cluster.found() == len(MANY)


@pytest.mark.parametrize("quantisation", ["scalar", "binary"])
async def test_quantised_vectors_find_what_the_originals_find(cluster: Cluster, quantisation: str) -> None:
    shape = replace(SHAPE, quantisation=quantisation)  # type: ignore[arg-type]
    publication(cluster.writing, cluster.shelf, shape, prefix=cluster.prefix).publish(1)
    query = embedded(MANY[5:6])[0][1]
    hits = await index_over(cluster.serving, cluster.alias, timeout=30).nearest(query, ALL, 1)
    assert [hit.key for hit in hits] == [MANY[5].passage_id]


async def test_no_search_fails_while_the_alias_moves(cluster: Cluster) -> None:
    publication(cluster.writing, cluster.shelf, prefix=cluster.prefix).publish(1)
    moved = asyncio.Event()
    counts: list[int] = []

    async def searching() -> None:
        while not moved.is_set():
            counts.append(await cluster.found())

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(searching())
        for revision, shards in ((2, 2), (3, 1), (4, 2)):
            shape = replace(SHAPE, shards=shards)
            successor = publication(cluster.writing, cluster.shelf, shape, prefix=cluster.prefix)
            await asyncio.to_thread(successor.publish, revision)
        moved.set()
    assert set(counts) == {len(MANY)}
