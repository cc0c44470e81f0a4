"""A passage survives the way into a point and back, and its digest tells changes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from qdrant_client import models

from services.retrieval.index import IndexFailure
from services.retrieval.passage import Passage
from services.retrieval.qdrant_cluster.points import entry_of, point_of, stored_of
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from tests.retrieval.example_passages import embedded, example

PASSAGE = replace(
    example("The naïve text", access=("b", "a"), tags=("v1",), language="en"),
    page=3,
    product="Radio",
    version="2",
)
((_, VECTOR),) = embedded([PASSAGE])


def record(point: Any) -> models.Record:
    return models.Record(id=point.id, payload=point.payload, vector={"dense": point.vector["dense"]})


def test_a_passage_comes_back_as_it_went() -> None:
    point = point_of(
        entry_of(PASSAGE, VECTOR), QdrantBm25().of_passage(PASSAGE.indexed_text, PASSAGE.language)
    )
    stored = stored_of(record(point))
    assert stored.passage == PASSAGE
    assert (stored.vector == VECTOR).all()


def test_every_change_of_a_passage_changes_its_digest() -> None:
    digests = {entry_of(PASSAGE, VECTOR).digest, entry_of(PASSAGE, -VECTOR).digest}
    for field in fields(Passage):
        value: Any = getattr(PASSAGE, field.name)
        other = (
            value + 1
            if isinstance(value, int)
            else (*value, "x")
            if isinstance(value, tuple)
            else value + "x"
        )
        if field.name != "passage_id":
            changed: Any = {field.name: other}
            digests.add(entry_of(replace(PASSAGE, **changed), VECTOR).digest)
    assert len(digests) == len(fields(Passage)) + 1
    assert entry_of(replace(PASSAGE), np.array(VECTOR)).digest in digests


def test_a_point_that_is_no_whole_passage_is_refused() -> None:
    with pytest.raises(IndexFailure, match="without its vector"):
        stored_of(models.Record(id=PASSAGE.passage_id, payload={}))
    with pytest.raises(IndexFailure, match="is not whole"):
        stored_of(models.Record(id=PASSAGE.passage_id, payload={}, vector={"dense": [0.0]}))
