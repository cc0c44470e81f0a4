"""Passages and conditions in the words of a Qdrant cluster."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import orjson
from qdrant_client import models

from libs.embedding.embedder import Vectors
from services.retrieval.index import IndexFailure, StoredPassage
from services.retrieval.keyword_encoder import Words
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.passage_payload import passage_of, payload_of
from services.retrieval.qdrant_cluster.collection import DENSE, KEYWORDS
from services.retrieval.visibility import Condition, Visibility

DIGEST = "digest"
"""Field of the payload that tells whether a passage has changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage on its way into a collection.

    Attributes:
        passage: The passage.
        vector: Its vector, of length 1.
        digest: 16 hexadecimal digits over both.
    """

    passage: Passage
    vector: Vectors
    digest: str


def entry_of(passage: Passage, vector: Vectors) -> Entry:
    """Returns a passage with the digest of what would be written."""
    digest = hashlib.blake2b(orjson.dumps(payload_of(passage)), digest_size=8)
    digest.update(np.ascontiguousarray(vector, "<f4").tobytes())
    return Entry(passage, vector, digest.hexdigest())


def point_of(entry: Entry, words: Words) -> models.PointStruct:
    """Returns the point of a passage."""
    sparse = models.SparseVector(indices=list(words.terms), values=list(words.weights))
    return models.PointStruct(
        id=entry.passage.passage_id,
        vector={DENSE: entry.vector.tolist(), KEYWORDS: sparse},
        payload=payload_of(entry.passage) | {DIGEST: entry.digest},
    )


def stored_of(record: models.Record) -> StoredPassage:
    """Returns the passage of a point.

    Raises:
        IndexFailure: The point is not a whole passage.
    """
    vectors = record.vector
    if not isinstance(vectors, dict) or DENSE not in vectors:
        raise IndexFailure(f"Passage {record.id} came without its vector.")
    numbers = np.asarray(vectors[DENSE], np.float32)
    return StoredPassage.of(passage_of(str(record.id), record.payload), numbers)


def visible(visibility: Visibility) -> models.Filter:
    """Returns the filter that admits what a caller may see."""
    untagged = models.IsEmptyCondition(is_empty=models.PayloadField(key="access"))
    shared = _any_of("access", sorted(visibility.access))
    access: models.Condition = models.Filter(should=[untagged, shared]) if visibility.access else untagged
    return models.Filter(must=[_is("tenant", visibility.tenant), access])


def of_tenant(tenant: str) -> models.Filter:
    """Returns the filter that admits all of a tenant's passages."""
    return models.Filter(must=[_is("tenant", tenant)])


def meets(condition: Condition) -> models.Filter:
    """Returns the filter of a condition."""
    return models.Filter(must=[visible(condition.visible), *_narrowing(condition.filter)])


def _narrowing(wanted: PassageFilter) -> list[models.Condition]:
    conditions: list[models.Condition] = [_is("tags", tag) for tag in wanted.tags_all]
    if wanted.document_ids:
        conditions.append(_any_of("document_id", list(wanted.document_ids)))
    if wanted.tags_any:
        conditions.append(_any_of("tags", list(wanted.tags_any)))
    if wanted.uri_prefix:
        prefix = models.MatchPrefix(prefix=wanted.uri_prefix)
        conditions.append(models.FieldCondition(key="uri", match=prefix))
    if wanted.language:
        conditions.append(_is("language", wanted.language))
    if wanted.updated_from or wanted.updated_before:
        between = models.DatetimeRange.model_validate(
            {"gte": wanted.updated_from or None, "lt": wanted.updated_before or None}
        )
        conditions.append(models.FieldCondition(key="updated_at", range=between))
    return conditions


def _is(field: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchValue(value=value))


def _any_of(field: str, values: list[str]) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchAny(any=values))
