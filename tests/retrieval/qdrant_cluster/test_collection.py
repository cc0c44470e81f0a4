"""A collection is created as its shape says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import grpc as pb

from services.retrieval.qdrant_cluster.collection import (
    FIELD_INDEXES,
    CollectionShape,
    alias_of,
    belongs,
    collection_of,
)
from services.retrieval.qdrant_cluster.collection_writer import CollectionWriter
from services.retrieval.qdrant_cluster.connection import ClusterAddress, open_writing_client
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from tests.fakes.qdrant_server import QdrantServer

SHAPE = CollectionShape("fake-1", shards=4, replicas=3, write_consistency=2, quantisation="scalar")


def created(shape: CollectionShape) -> tuple[pb.CreateCollection, list[pb.CreateFieldIndexCollection]]:
    server = QdrantServer()
    server.start()
    client = open_writing_client(ClusterAddress(server.url))
    CollectionWriter(client, QdrantBm25()).create("c", shape, 384)
    client.close()
    server.stop()
    return server.created[0], server.indexed


def test_copies_parts_and_consistency_reach_the_server() -> None:
    sent, _ = created(SHAPE)
    assert (sent.shard_number, sent.replication_factor, sent.write_consistency_factor) == (4, 3, 2)
    dense = sent.vectors_config.params_map.map["dense"]
    assert (dense.size, dense.distance) == (384, pb.Distance.Dot)
    assert sent.sparse_vectors_config.map["bm25"].modifier == pb.Modifier.Idf


@pytest.mark.parametrize(
    ("quantisation", "sent_as"), [("scalar", "scalar"), ("binary", "binary"), ("none", None)]
)
def test_vectors_are_quantised_as_asked(quantisation: str, sent_as: str | None) -> None:
    sent, _ = created(replace(SHAPE, quantisation=quantisation))  # type: ignore[arg-type]
    assert sent.quantization_config.WhichOneof("quantization") == sent_as


def test_every_field_of_a_condition_is_indexed_and_the_tenant_is_one() -> None:
    _, indexed = created(SHAPE)
    by_name = {index.field_name: index for index in indexed}
    assert set(by_name) == set(FIELD_INDEXES)
    tenant = by_name["tenant"].field_index_params.keyword_index_params
    assert tenant.is_tenant
    assert by_name["uri"].field_index_params.keyword_index_params.prefix
    assert by_name["updated_at"].field_index_params.HasField("datetime_index_params")


def test_another_shape_has_another_fingerprint() -> None:
    others = [
        replace(SHAPE, embedder="other"),
        replace(SHAPE, shards=1),
        replace(SHAPE, replicas=1),
        replace(SHAPE, write_consistency=1),
        replace(SHAPE, quantisation="binary"),
    ]
    assert len({shape.fingerprint for shape in [SHAPE, replace(SHAPE), *others]}) == 6


def test_names_tell_versions_apart() -> None:
    main, other = alias_of("causeway", "main"), alias_of("causeway", "main-2")
    collection = collection_of(other, SHAPE, 7)
    assert belongs(collection, other)
    assert not belongs(collection, main)
    assert not belongs(other, main)


@pytest.mark.parametrize("name", ["main--2", "main--0123456789abcdef-7", "main-", "main--"])
def test_a_version_whose_name_goes_on_after_two_hyphens_keeps_its_collections(name: str) -> None:
    main, other = alias_of("causeway", "main"), alias_of("causeway", name)
    collection = collection_of(other, SHAPE, 7)
    assert belongs(collection, other)
    assert not belongs(collection, main)
    assert belongs(collection_of(main, SHAPE, 7), main)
    assert not belongs(collection_of(main, SHAPE, 7), other)
