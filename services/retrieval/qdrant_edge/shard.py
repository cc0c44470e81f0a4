"""The shard in which a build lies: its files, its fields, and what its faults become."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import qdrant_edge as qdrant

from services.retrieval.index import IndexFailure

SHARD_FOLDER = "shard"
TERMS_FOLDER = "terms"
"""Folders of a build."""
DENSE = "dense"
KEYWORDS = "bm25"
"""Names of the vectors."""

FIELD_INDEXES: dict[str, qdrant.KeywordIndexParams | qdrant.DatetimeIndexParams] = {
    "tenant": qdrant.KeywordIndexParams(is_tenant=True),
    "access": qdrant.KeywordIndexParams(),
    "document_id": qdrant.KeywordIndexParams(enable_hnsw=False),
    "uri": qdrant.KeywordIndexParams(prefix=True, enable_hnsw=False),
    "tags": qdrant.KeywordIndexParams(enable_hnsw=False),
    "language": qdrant.KeywordIndexParams(enable_hnsw=False),
    "updated_at": qdrant.DatetimeIndexParams(enable_hnsw=False),
}


class EngineErrors:
    """Turns what the engine raises, which is nothing narrower than Exception, into IndexFailure.

    A panic of its is not even an Exception (pyo3), and would pass every handler on its way out.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        panic = type(error).__name__ == "PanicException"
        if panic or (isinstance(error, Exception) and not isinstance(error, IndexFailure)):
            raise IndexFailure(f"Qdrant Edge failed: {error}") from error


@contextmanager
def new_shard(path: Path, dimensions: int) -> Iterator[qdrant.EdgeShard]:
    """Makes an empty shard for vectors of a length, and closes it in the end.

    Raises:
        IndexFailure: The engine cannot make it.
    """
    vectors = qdrant.EdgeVectorParams(size=dimensions, distance=qdrant.Distance.Cosine)
    config = qdrant.EdgeConfig(
        vectors={DENSE: vectors},
        # No IDF modifier: the query brings the weights, see term_statistics.
        sparse_vectors={KEYWORDS: qdrant.EdgeSparseVectorParams()},
        optimizers=qdrant.EdgeOptimizersConfig(default_segment_number=1),
        # A build is written once and published whole: nothing to log ahead, and no lock to hold.
        wal_enabled=False,
        # Searches then run where they are called: there is one segment, and threads that wait for parts
        # of it spin, which costs a busy core a sixth of its searches.
        max_search_threads=1,
    )
    with EngineErrors():
        shard = qdrant.EdgeShard.create(str(path), config)
    try:
        with EngineErrors():
            for name, params in FIELD_INDEXES.items():
                shard.update(qdrant.UpdateOperation.create_field_index(name, params))
        yield shard
    finally:
        shard.close()
