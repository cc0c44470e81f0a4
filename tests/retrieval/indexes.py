"""Every kind of index, opened over the same passages."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from qdrant_client import QdrantClient

from services.retrieval.index import Index
from services.retrieval.passage import Passage
from services.retrieval.qdrant_cluster.collection import alias_of, belongs
from services.retrieval.qdrant_cluster.connection import ClusterAddress
from services.retrieval.serving_copy import ServingCopies
from tests.fakes.fake_index import FakeIndex
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import index_over, local_clients, publish, remote_clients
from tests.retrieval.example_passages import build_index, embedded, open_index

CLUSTER_URL = os.environ.get("CAUSEWAY_TEST_QDRANT_URL", "")
CLUSTER_KEY = os.environ.get("CAUSEWAY_TEST_QDRANT_API_KEY", "")
needs_cluster = pytest.mark.skipif(
    not CLUSTER_URL, reason="CAUSEWAY_TEST_QDRANT_URL names no Qdrant server to run against"
)

INDEXES = (
    "fake",
    "qdrant_edge",
    "qdrant_local",
    "qdrant_grpc",
    pytest.param("qdrant_cluster", marks=needs_cluster),
)


@asynccontextmanager
async def opened_index(kind: str, folder: Path, passages: Sequence[Passage]) -> AsyncIterator[Index]:
    """Opens an index of a kind over passages, and closes it in the end."""
    openers = {
        "fake": _fake,
        "qdrant_edge": _edge,
        "qdrant_local": _local,
        "qdrant_grpc": _over_socket,
        "qdrant_cluster": _cluster,
    }
    async with openers[kind](folder, passages) as index:
        yield index


@asynccontextmanager
async def _fake(folder: Path, passages: Sequence[Passage]) -> AsyncIterator[Index]:
    yield FakeIndex(embedded(passages))


@asynccontextmanager
async def _edge(folder: Path, passages: Sequence[Passage]) -> AsyncIterator[Index]:
    copies = ServingCopies(folder / "serving")
    index = open_index(copies, build_index(folder / "index", passages))
    try:
        yield index
    finally:
        index.close()
        copies.close()


@asynccontextmanager
async def _local(folder: Path, passages: Sequence[Passage]) -> AsyncIterator[Index]:
    blocking, serving = local_clients()
    publish(blocking, passages)
    yield index_over(serving)
    blocking.close()


@asynccontextmanager
async def _over_socket(folder: Path, passages: Sequence[Passage]) -> AsyncIterator[Index]:
    server = QdrantServer(api_key="secret")
    server.start()
    blocking, serving = remote_clients(ClusterAddress(server.url, "secret", timeout=10))
    try:
        publish(blocking, passages)
        yield index_over(serving)
    finally:
        await serving.close()
        blocking.close()
        server.stop()


@asynccontextmanager
async def _cluster(folder: Path, passages: Sequence[Passage]) -> AsyncIterator[Index]:
    prefix = f"causeway-test-{uuid4().hex}"
    blocking, serving = remote_clients(ClusterAddress(CLUSTER_URL, CLUSTER_KEY, timeout=10))
    alias = alias_of(prefix, "main")
    try:
        publish(blocking, passages, prefix=prefix)
        yield index_over(serving, alias)
    finally:
        await serving.close()
        remove_collections(blocking, alias)
        blocking.close()


def remove_collections(client: QdrantClient, alias: str) -> None:
    """Removes what a test made on a cluster."""
    for found in client.get_collections().collections:
        if belongs(found.name, alias):
            client.delete_collection(found.name)
