"""What a collection of the index is like: its name, vectors, copies and payload indexes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson
from qdrant_client import models

FORMAT = 1
"""Raised when what lies in a collection changes: the worker then fills a new one behind the alias."""

_REST = re.compile(r"[0-9a-f]{16}-[0-9]+")
"""What follows the alias in a collection's name: the shape's fingerprint and a revision."""

DENSE = "dense"
KEYWORDS = "bm25"

Quantisation = Literal["none", "scalar", "binary"]


@dataclass(frozen=True, slots=True)
class CollectionShape:
    """How a collection is laid out; another shape means another collection.

    Attributes:
        embedder: Identity of the embedder whose vectors it holds.
        shards: Parts that the passages are spread over.
        replicas: Copies of each part.
        write_consistency: Copies that must have taken a write before it counts.
        quantisation: How vectors are shrunk for the search; the originals stay, and rank what it finds.
    """

    embedder: str
    shards: int = 1
    replicas: int = 1
    write_consistency: int = 1
    quantisation: Quantisation = "none"

    @property
    def fingerprint(self) -> str:
        """Names the shape: 16 hexadecimal digits."""
        described = orjson.dumps({"format": FORMAT} | asdict(self), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(described).hexdigest()[:16]


FIELD_INDEXES: dict[str, models.KeywordIndexParams | models.DatetimeIndexParams] = {
    "tenant": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
    "access": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD),
    "document_id": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, enable_hnsw=False),
    "uri": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, prefix=True, enable_hnsw=False),
    "tags": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, enable_hnsw=False),
    "language": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, enable_hnsw=False),
    "updated_at": models.DatetimeIndexParams(type=models.DatetimeIndexType.DATETIME, enable_hnsw=False),
}


def alias_of(prefix: str, index_version: str) -> str:
    """Returns the name under which an index version is served."""
    return f"{prefix}-{index_version}"


def collection_of(alias: str, shape: CollectionShape, revision: int) -> str:
    """Returns the name of a collection that is filled from the start; the alias then moves to it."""
    return f"{alias}--{shape.fingerprint}-{revision}"


def belongs(collection: str, alias: str) -> bool:
    """Whether a collection was made for an alias, and not for another one that only begins like it."""
    made_for, _, rest = collection.rpartition("--")
    return made_for == alias and _REST.fullmatch(rest) is not None


def creation(shape: CollectionShape, dimensions: int) -> dict[str, Any]:
    """Returns the arguments with which a collection of a shape is created, for vectors of a length."""
    return {
        # Vectors have length 1: their product is their cosine, and they come back bit by bit.
        "vectors_config": {DENSE: models.VectorParams(size=dimensions, distance=models.Distance.DOT)},
        # The engine weighs each term by its rareness among the points that the query names.
        "sparse_vectors_config": {KEYWORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)},
        "shard_number": shape.shards,
        "replication_factor": shape.replicas,
        "write_consistency_factor": shape.write_consistency,
        "quantization_config": _quantised(shape.quantisation),
    }


def _quantised(
    quantisation: Quantisation,
) -> models.ScalarQuantization | models.BinaryQuantization | None:
    if quantisation == "scalar":
        config = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=0.99, always_ram=True)
        return models.ScalarQuantization(scalar=config)
    if quantisation == "binary":
        return models.BinaryQuantization(binary=models.BinaryQuantizationConfig(always_ram=True))
    return None
