"""Collections are written over a socket: whole pages, one switch, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable

import grpc
import pytest
from qdrant_client import QdrantClient

from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_cluster import collection_writer
from services.retrieval.qdrant_cluster.collection import FIELD_INDEXES, collection_of
from services.retrieval.qdrant_cluster.collection_writer import CollectionWriter
from services.retrieval.qdrant_cluster.commit import COMMIT_ID, Commit
from services.retrieval.qdrant_cluster.points import entry_of
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import ALIAS, SHAPE
from tests.retrieval.example_passages import embedded, example

ENTRIES = [entry_of(*each) for each in embedded(example(f"text number {n}") for n in range(7))]
OLD, NEW = collection_of(ALIAS, SHAPE, 1), collection_of(ALIAS, SHAPE, 2)
COMMIT = Commit("main", 3, "fake-1", {"acme": 7}, SHAPE.fingerprint)


@pytest.fixture
def writer(writing: QdrantClient) -> CollectionWriter:
    return CollectionWriter(writing, QdrantBm25())


@pytest.fixture
def filled(writer: CollectionWriter) -> CollectionWriter:
    """With one collection that holds the entries."""
    writer.create(OLD, SHAPE, 384)
    writer.upsert(OLD, ENTRIES)
    return writer


def collections(server: QdrantServer) -> set[str]:
    return {found.name for found in server.local.get_collections().collections}


def test_every_field_is_indexed_before_a_passage_is_there(
    server: QdrantServer, writer: CollectionWriter
) -> None:
    writer.create(OLD, SHAPE, 384)

    assert [request.field_name for request in server.indexed] == list(FIELD_INDEXES)
    assert list(writer.digests(OLD)) == []


def test_a_half_made_collection_is_made_anew(filled: CollectionWriter) -> None:
    filled.create(OLD, SHAPE, 384)

    assert list(filled.digests(OLD)) == []


def test_what_is_there_is_told_by_id_and_digest(filled: CollectionWriter) -> None:
    assert dict(filled.digests(OLD)) == {entry.passage.passage_id: entry.digest for entry in ENTRIES}


def test_digests_come_page_by_page_and_the_commit_is_none_of_them(
    filled: CollectionWriter, server: QdrantServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.commit(OLD, COMMIT)
    monkeypatch.setattr(collection_writer, "_PAGE", 3)

    ids = [passage_id for passage_id, _ in filled.digests(OLD)]

    assert ids == sorted(entry.passage.passage_id for entry in ENTRIES)
    assert COMMIT_ID not in ids
    assert server.calls["Scroll"] == 3


def test_written_again_a_passage_takes_its_own_place(filled: CollectionWriter) -> None:
    filled.upsert(OLD, ENTRIES[:2])
    filled.delete(OLD, [ENTRIES[6].passage.passage_id])

    assert len(list(filled.digests(OLD))) == 6


def test_a_commit_is_read_as_it_was_written(filled: CollectionWriter) -> None:
    assert filled.committed(OLD) is None
    filled.commit(OLD, COMMIT)

    assert filled.committed(OLD) == COMMIT


def test_an_alias_moves_in_one_step(filled: CollectionWriter, server: QdrantServer) -> None:
    assert filled.live(ALIAS) is None
    filled.serve(ALIAS, OLD)
    assert filled.live(ALIAS) == OLD
    filled.create(NEW, SHAPE, 384)
    server.calls.clear()
    filled.serve(ALIAS, NEW)

    assert filled.live(ALIAS) == NEW
    assert server.calls["UpdateAliases"] == 1


def test_only_what_was_made_for_the_alias_and_is_not_served_is_swept(
    filled: CollectionWriter, server: QdrantServer
) -> None:
    foreign = collection_of("other-main", SHAPE, 1)
    for name in (NEW, foreign):
        filled.create(name, SHAPE, 384)
    filled.serve(ALIAS, NEW)
    filled.sweep(ALIAS)

    assert collections(server) == {NEW, foreign}


@pytest.mark.parametrize(
    ("refused", "work"),
    [
        ("ListAliases", lambda writer: writer.live(ALIAS)),
        ("Delete", lambda writer: writer.create(NEW, SHAPE, 384)),
        ("Upsert", lambda writer: writer.upsert(OLD, ENTRIES)),
        ("Delete", lambda writer: writer.delete(OLD, [ENTRIES[0].passage.passage_id])),
        ("Scroll", lambda writer: list(writer.digests(OLD))),
        ("Upsert", lambda writer: writer.commit(OLD, COMMIT)),
        ("Get", lambda writer: writer.committed(OLD)),
        ("UpdateAliases", lambda writer: writer.serve(ALIAS, OLD)),
        ("List", lambda writer: writer.sweep(ALIAS)),
    ],
)
def test_whatever_the_cluster_refuses_is_the_ports_own_error(
    filled: CollectionWriter,
    server: QdrantServer,
    refused: str,
    work: Callable[[CollectionWriter], object],
) -> None:
    server.faults.refusals[refused] = grpc.StatusCode.INTERNAL

    with pytest.raises(IndexFailure, match="refused by the test"):
        work(filled)
