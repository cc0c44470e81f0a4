"""A cluster for tests: collections in memory or behind a socket, and what fills and reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from qdrant_client import AsyncQdrantClient, QdrantClient
from qdrant_client.local.async_qdrant_local import AsyncQdrantLocal
from qdrant_client.local.qdrant_local import QdrantLocal

from libs.embedding.embedder import Vectors
from services.retrieval.documents import Progress
from services.retrieval.passage import Passage
from services.retrieval.passage_shelf import Snapshot
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.qdrant_cluster.cluster_index import QdrantClusterIndex
from services.retrieval.qdrant_cluster.cluster_publication import ClusterPublication
from services.retrieval.qdrant_cluster.collection import CollectionShape, alias_of
from services.retrieval.qdrant_cluster.collection_writer import CollectionWriter
from services.retrieval.qdrant_cluster.connection import (
    ClusterAddress,
    open_serving_client,
    open_writing_client,
)
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.example_passages import embedded

SHAPE = CollectionShape("fake-1")
PREFIX = "test"
ALIAS = alias_of(PREFIX, "main")


class SilentBoard:
    """Shows progress to nobody."""

    def post(self, progress: Progress) -> None:
        pass


@dataclass
class ListShelf:
    """A shelf whose live passages are a list."""

    passages: list[tuple[Passage, Vectors]] = field(default_factory=list)

    @contextmanager
    def snapshot(self, embedder: str) -> Iterator[Snapshot]:
        yield Snapshot(len(self.passages), iter(self.passages))


class SharedLocal(AsyncQdrantLocal):
    """An asynchronous local mode over the collections of a blocking one."""

    source: QdrantLocal

    def __getattribute__(self, name: str) -> object:
        if name in ("collections", "aliases"):
            return getattr(type(self).source, name)
        return super().__getattribute__(name)


def local_clients() -> tuple[QdrantClient, AsyncQdrantClient]:
    """Two clients of one local mode: one for a thread, one for an event loop."""
    blocking, serving = QdrantClient(":memory:"), AsyncQdrantClient(":memory:")
    source = blocking._client
    assert isinstance(source, QdrantLocal)
    serving._client = type("Shared", (SharedLocal,), {"source": source})(":memory:")
    return blocking, serving


def remote_clients(address: ClusterAddress) -> tuple[QdrantClient, AsyncQdrantClient]:
    """Two clients of one server."""
    return open_writing_client(address), open_serving_client(address)


def publication(
    client: QdrantClient,
    shelf: ListShelf,
    shape: CollectionShape = SHAPE,
    version: str = "main",
    prefix: str = PREFIX,
    clock: FakeClock | None = None,
) -> ClusterPublication:
    """What keeps a collection in step with a shelf."""
    clock = clock or FakeClock()
    return ClusterPublication(
        CollectionWriter(client, QdrantBm25()),
        shape,
        lambda: 384,
        prefix,
        version,
        shelf,  # type: ignore[arg-type]
        ProgressMeter(SilentBoard(), clock),
        clock,
    )


def publish(
    client: QdrantClient, passages: Iterable[Passage], revision: int = 1, prefix: str = PREFIX
) -> None:
    """Publishes passages as version `main`."""
    publication(client, ListShelf(embedded(passages)), prefix=prefix).publish(revision)


def index_over(client: AsyncQdrantClient, alias: str = ALIAS, timeout: float = 5.0) -> QdrantClusterIndex:
    """The index over an alias."""
    return QdrantClusterIndex(client, alias, QdrantBm25(), timeout=timeout)
