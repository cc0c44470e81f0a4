"""A server over a socket, and clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient

from services.retrieval.qdrant_cluster.connection import ClusterAddress
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import remote_clients


@pytest.fixture
def server() -> Iterator[QdrantServer]:
    server = QdrantServer(api_key="secret")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def clients(server: QdrantServer) -> AsyncIterator[tuple[QdrantClient, AsyncQdrantClient]]:
    blocking, serving = remote_clients(ClusterAddress(server.url, "secret", timeout=5))
    yield blocking, serving
    await serving.close()
    blocking.close()


@pytest.fixture
def writing(clients: tuple[QdrantClient, AsyncQdrantClient]) -> QdrantClient:
    return clients[0]


@pytest.fixture
def serving(clients: tuple[QdrantClient, AsyncQdrantClient]) -> AsyncQdrantClient:
    return clients[1]
