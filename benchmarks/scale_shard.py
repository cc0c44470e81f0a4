"""The shard that the scale benchmark fills and asks: the product's layout, with vectors quantised or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import qdrant_edge as qdrant

from benchmarks.scale_task import Search, Storage

DENSE, WORDS = "dense", "bm25"
TENANT = "bench"
SEARCH_EF, WIDE_EF = 128, 512
PREFETCH = 50
FOUND = 10
_OVERSAMPLING = 2.0


def bm25() -> qdrant.Bm25:
    """What makes sparse vectors of texts, set as in the product."""
    return qdrant.Bm25(qdrant.Bm25Config(language="english", avg_len=128.0, ascii_folding=True))


def create_shard(path: Path, dimensions: int, storage: Storage) -> qdrant.EdgeShard:
    """Makes an empty shard."""
    quantization = _quantization(storage)
    # Beside quantised vectors, those in float32 are read for the candidates only: they may leave memory.
    memory = qdrant.Memory.Cached if quantization is None else qdrant.Memory.Cold
    vectors = qdrant.EdgeVectorParams(
        size=dimensions,
        distance=qdrant.Distance.Cosine,
        quantization_config=quantization,
        memory=memory,
    )
    config = qdrant.EdgeConfig(
        vectors={DENSE: vectors},
        sparse_vectors={WORDS: qdrant.EdgeSparseVectorParams()},
        optimizers=qdrant.EdgeOptimizersConfig(default_segment_number=1),
        wal_enabled=False,
    )
    path.mkdir(parents=True)
    shard = qdrant.EdgeShard.create(str(path), config)
    params = qdrant.KeywordIndexParams(is_tenant=True)
    shard.update(qdrant.UpdateOperation.create_field_index("tenant", params))
    shard.update(qdrant.UpdateOperation.create_field_index("access", qdrant.KeywordIndexParams()))
    return shard


def visible() -> qdrant.Filter:
    """The condition that every search of the product carries."""
    tenant = qdrant.FieldCondition("tenant", match=qdrant.MatchValue(TENANT))
    return qdrant.Filter(must=[tenant, qdrant.IsEmptyCondition("access")])


def params(search: Search) -> qdrant.SearchParams:
    """How vectors are searched."""
    kind, _, wide = search.partition(", ")
    quantization = {
        "plain": qdrant.QuantizationSearchParams(rescore=False),
        "rescored": qdrant.QuantizationSearchParams(rescore=True, oversampling=_OVERSAMPLING),
        "float32": qdrant.QuantizationSearchParams(ignore=True),
    }[kind]
    return qdrant.SearchParams(hnsw_ef=WIDE_EF if wide else SEARCH_EF, quantization=quantization)


def searches_of(storage: Storage) -> tuple[Search, ...]:
    """The ways in which a shard is asked."""
    if storage == "float32":
        return ("float32", "float32, ef 512")
    return ("plain", "rescored", "rescored, ef 512", "float32")


def _quantization(storage: Storage) -> Any:
    pinned = qdrant.Memory.Pinned
    if storage == "int8":
        return qdrant.ScalarQuantizationConfig(qdrant.ScalarType.Int8, quantile=0.99, memory=pinned)
    if storage == "turbo4":
        return qdrant.TurboQuantQuantizationConfig(bits=qdrant.TurboQuantBitSize.Bits4, memory=pinned)
    if storage == "binary":
        return qdrant.BinaryQuantizationConfig(memory=pinned)
    return None
