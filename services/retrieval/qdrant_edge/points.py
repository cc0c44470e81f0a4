"""Passages and conditions in the words of Qdrant Edge."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import cast

import qdrant_edge as qdrant

from libs.embedding.embedder import Vectors
from services.retrieval.index import IndexFailure, StoredPassage
from services.retrieval.keyword_encoder import Words
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.passage_payload import number_of, passage_of, payload_of
from services.retrieval.qdrant_edge.shard import DENSE, KEYWORDS
from services.retrieval.visibility import Condition

_ID = "passage_id"


def point_of(passage: Passage, vector: Vectors, words: Words) -> qdrant.Point:
    """Returns the point of a passage, with its vector and its terms."""
    sparse = qdrant.SparseVector(list(words.terms), list(words.weights))
    return qdrant.Point(
        number_of(passage.passage_id),
        {DENSE: vector.tolist(), KEYWORDS: sparse},
        payload_of(passage) | {_ID: passage.passage_id},
    )


def stored_of(point: qdrant.Record) -> StoredPassage:
    """Returns the passage of a point.

    Raises:
        IndexFailure: The point is not whole; its vector is only looked at when it is asked for.
    """
    payload = point.payload or {}  # read once: each reading makes it anew
    return StoredPassage(passage_of(str(payload.get(_ID)), payload), partial(_vector_of, point))


def _vector_of(point: qdrant.Record) -> Sequence[float]:
    vectors = point.vector
    if not isinstance(vectors, dict) or DENSE not in vectors:
        raise IndexFailure(f"Passage {point.id} came without its vector.")
    return cast("list[float]", vectors[DENSE])


@lru_cache(maxsize=512)
def filter_of(condition: Condition) -> qdrant.Filter:
    """Returns the filter that admits what meets a condition; both searches of a question ask with it."""
    return qdrant.Filter(must=conditions_of(condition))


def conditions_of(condition: Condition) -> list[qdrant.ConditionType]:
    """Returns what a passage has to meet for a caller to be shown it."""
    visible = condition.visible
    untagged = qdrant.IsEmptyCondition("access")
    shared = qdrant.FieldCondition("access", match=qdrant.MatchAny(sorted(visible.access)))
    conditions: list[qdrant.ConditionType] = [
        qdrant.FieldCondition("tenant", match=qdrant.MatchValue(visible.tenant)),
        qdrant.Filter(should=[untagged, shared]) if visible.access else untagged,
    ]
    return conditions + _narrowing(condition.filter)


def _narrowing(wanted: PassageFilter) -> list[qdrant.ConditionType]:
    conditions: list[qdrant.ConditionType] = [
        qdrant.FieldCondition("tags", match=qdrant.MatchValue(tag)) for tag in wanted.tags_all
    ]
    for field, values in (("document_id", wanted.document_ids), ("tags", wanted.tags_any)):
        if values:
            conditions.append(qdrant.FieldCondition(field, match=qdrant.MatchAny(list(values))))
    if wanted.uri_prefix:
        conditions.append(qdrant.FieldCondition("uri", match=qdrant.MatchPrefix(wanted.uri_prefix)))
    if wanted.language:
        conditions.append(qdrant.FieldCondition("language", match=qdrant.MatchValue(wanted.language)))
    if wanted.updated_from or wanted.updated_before:
        between = qdrant.RangeDateTime(gte=wanted.updated_from or None, lt=wanted.updated_before or None)
        conditions.append(qdrant.FieldCondition("updated_at", range=between))
    return conditions
