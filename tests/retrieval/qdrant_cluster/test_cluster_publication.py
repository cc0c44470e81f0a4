"""The collection follows the shelf: only what changed is written, and a new shape takes its place at once."""

from __future__ import annotations

from dataclasses import replace

import grpc
import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient

from services.retrieval.index import IndexFailure
from services.retrieval.publication import LOOK_SECONDS
from services.retrieval.qdrant_cluster.collection_writer import CollectionWriter
from services.retrieval.qdrant_cluster.points import entry_of
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import ALIAS, SHAPE, ListShelf, index_over, publication
from tests.retrieval.example_passages import embedded, example

MANY = [example(f"text number {n}", uri=f"{n}.md") for n in range(1200)]
ALL = Condition(Visibility("acme", frozenset({"staff"})))
VECTOR = FakeEmbedder().embed_query("text")


@pytest.fixture
def shelf() -> ListShelf:
    return ListShelf(embedded(MANY))


def upserted(server: QdrantServer) -> int:
    return server.calls["Upsert"] - 1  # the commit is one too


async def found(serving: AsyncQdrantClient) -> set[str]:
    hits = await index_over(serving, timeout=20).nearest(VECTOR, ALL, 2000)
    return {str(hit.key) for hit in hits}


async def test_only_what_changed_is_written_and_what_went_is_removed(
    server: QdrantServer, writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    publishing = publication(writing, shelf)
    assert publishing.recover() == 0
    publishing.publish(1)
    assert upserted(server) == 3
    server.calls.clear()
    changed = replace(MANY[5], access=("staff",))
    shelf.passages = [*embedded([changed]), *embedded([example("new")]), *shelf.passages[10:]]
    publishing.publish(2)
    assert upserted(server) == 1
    assert server.calls["Delete"] == 1
    assert server.calls["Scroll"] == 0, "what the collection holds is remembered"
    assert await found(serving) == {passage.passage_id for passage, _ in shelf.passages}
    (stored,) = (await index_over(serving).fetch([changed.passage_id], ALL)).values()
    assert stored.passage == changed
    assert publishing.revision == 2


async def test_a_new_worker_goes_on_where_another_left(
    server: QdrantServer, writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    publication(writing, shelf).publish(7)
    server.calls.clear()
    shelf.passages = shelf.passages[1:]
    successor = publication(writing, shelf)
    assert successor.recover() == 7
    assert successor.revision == 7
    successor.publish(8)
    assert upserted(server) == 0
    assert await found(serving) == {passage.passage_id for passage, _ in shelf.passages}


async def test_a_commit_by_somebody_else_is_noticed(
    server: QdrantServer, writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    first, second = publication(writing, shelf), publication(writing, shelf)
    first.publish(1)
    everything, shelf.passages = shelf.passages, shelf.passages[:1]
    second.publish(2)
    shelf.passages = everything
    first.publish(3)
    assert len(await found(serving)) == len(everything)


async def test_a_worker_that_is_behind_holds_back(writing: QdrantClient, shelf: ListShelf) -> None:
    behind = publication(writing, ListShelf())
    publication(writing, shelf).publish(5)
    with pytest.raises(IndexFailure, match="Revision 5 is committed already"):
        behind.publish(4)


def test_a_server_that_is_too_old_is_not_written(server: QdrantServer, writing: QdrantClient) -> None:
    server.version = "1.17.0"
    with pytest.raises(IndexFailure, match=r"version 1\.17\.0; 1\.19 or newer is needed"):
        publication(writing, ListShelf()).recover()


async def test_a_failed_publication_leaves_the_revision_and_the_next_one_mends_it(
    server: QdrantServer, writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    publishing = publication(writing, shelf)
    publishing.publish(1)
    shelf.passages = embedded([replace(p, title="Other") for p in MANY])
    server.faults.refusals = {"Upsert": grpc.StatusCode.INTERNAL}
    with pytest.raises(IndexFailure, match="INTERNAL: refused by the test"):
        publishing.publish(2)
    assert publishing.revision == 1
    committed = CollectionWriter(writing, QdrantBm25()).committed(ALIAS)
    assert committed is not None
    assert committed.revision == 1
    server.faults.clear()
    publishing.publish(3)
    (stored,) = (await index_over(serving).fetch([MANY[0].passage_id], ALL)).values()
    assert stored.passage.title == "Other"


async def test_another_shape_is_filled_beside_the_live_collection(
    server: QdrantServer, writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    publication(writing, shelf).publish(1)
    before = writing.get_aliases().aliases[0].collection_name
    wanted = replace(SHAPE, shards=2)
    clock = FakeClock()
    successor = publication(writing, shelf, wanted, clock=clock)
    assert successor.recover() == 2, "a new revision tells the serving processes"
    assert successor.revision == 0
    server.faults.refusals, server.faults.remaining = {"Upsert": grpc.StatusCode.INTERNAL}, {"Upsert": 1}
    with pytest.raises(IndexFailure):
        successor.publish(2)
    assert len(await found(serving)) == len(MANY), "the live one still answers"
    assert writing.get_aliases().aliases[0].collection_name == before
    successor.publish(2)
    (alias,) = writing.get_aliases().aliases
    assert alias.collection_name != before
    assert before in {collection.name for collection in writing.get_collections().collections}
    clock.advance(LOOK_SECONDS)
    assert successor.revision == 2
    names = [collection.name for collection in writing.get_collections().collections]
    assert names == [alias.collection_name], "neither the old one nor the half-made one is left"
    assert len(await found(serving)) == len(MANY)


async def test_versions_live_beside_each_other(
    writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    publication(writing, shelf).publish(1)
    publication(writing, ListShelf(embedded([example("x")])), version="main-2").publish(2)
    publication(writing, shelf).publish(3)
    assert {alias.alias_name for alias in writing.get_aliases().aliases} == {"test-main", "test-main-2"}
    assert len(await found(serving)) == len(MANY)


def test_a_cluster_that_is_away_is_the_ports_own_error(server: QdrantServer, writing: QdrantClient) -> None:
    server.stop()
    with pytest.raises(IndexFailure, match="cannot be reached"):
        publication(writing, ListShelf()).recover()


async def test_a_collection_that_has_gone_is_filled_again_without_a_restart(
    server: QdrantServer, writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    clock = FakeClock()
    publishing = publication(writing, shelf, clock=clock)
    publishing.publish(4)
    server.faults.refusals = {"ListAliases": grpc.StatusCode.UNAVAILABLE}
    clock.advance(LOOK_SECONDS)
    assert publishing.revision == 4, "away is not gone"
    server.faults.clear()
    writing.delete_collection(writing.get_aliases().aliases[0].collection_name)
    clock.advance(LOOK_SECONDS)
    assert publishing.revision == 0
    publishing.publish(4)
    assert publishing.revision == 4
    assert len(await found(serving)) == len(MANY)


async def test_a_commit_that_another_worker_set_back_is_made_good(
    writing: QdrantClient, serving: AsyncQdrantClient, shelf: ListShelf
) -> None:
    clock = FakeClock()
    publishing = publication(writing, shelf, clock=clock)
    publishing.publish(6)
    commit = CollectionWriter(writing, QdrantBm25()).committed(ALIAS)
    assert commit is not None
    live = writing.get_aliases().aliases[0].collection_name
    late = CollectionWriter(writing, QdrantBm25())
    late.upsert(live, [entry_of(*pair) for pair in embedded([example("removed since")])])
    late.commit(live, replace(commit, revision=5))
    assert publishing.revision == 6
    clock.advance(LOOK_SECONDS)
    assert publishing.revision == 5, "there is something to be published again"
    publishing.publish(6)
    assert publishing.revision == 6
    assert len(await found(serving)) == len(MANY)
