"""Passages and conditions in the engine's words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import qdrant_edge as qdrant

from services.retrieval.index import IndexFailure
from services.retrieval.keyword_encoder import Words
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.passage_payload import number_of, payload_of
from services.retrieval.qdrant_edge.points import conditions_of, point_of, stored_of
from services.retrieval.qdrant_edge.shard import DENSE, new_shard
from services.retrieval.visibility import Condition, Visibility
from tests.retrieval.example_passages import embedded, example

PASSAGE = example("The radio.", url="https://acme.example/r", access=("board",), tags=("t",), language="en")
WORDS = Words([7, 9], [1.5, 0.5])


def test_a_passage_comes_back_as_it_went(tmp_path: object) -> None:
    ((passage, vector),) = embedded([PASSAGE])
    with new_shard(tmp_path / "shard", 384) as shard:  # type: ignore[operator]
        shard.update(qdrant.UpdateOperation.upsert_points([point_of(passage, vector, WORDS)]))
        (record,) = shard.retrieve([number_of(passage.passage_id)], with_payload=True, with_vector=[DENSE])

    stored = stored_of(record)
    assert stored.passage == passage
    assert np.allclose(stored.vector, vector, atol=1e-6)


class Record:
    """A point as the engine might return it."""

    def __init__(self, vector: object, payload: object) -> None:
        self.id, self.vector, self.payload = 1, vector, payload


@pytest.mark.parametrize("payload", [None, {}])
def test_a_point_that_is_no_whole_passage_is_refused(payload: object) -> None:
    with pytest.raises(IndexFailure, match="not whole"):
        stored_of(Record({DENSE: [0.0]}, payload))  # type: ignore[arg-type]


@pytest.mark.parametrize("vector", [None, {}, [0.0]])
def test_a_vector_that_is_lost_fails_when_it_is_asked_for(vector: object) -> None:
    (passage,) = (passage for passage, _ in embedded([PASSAGE]))
    payload = payload_of(passage) | {"passage_id": passage.passage_id}

    stored = stored_of(Record(vector, payload))  # type: ignore[arg-type]

    assert stored.passage == passage
    with pytest.raises(IndexFailure, match="without its vector"):
        _ = stored.vector


def test_every_condition_names_the_tenant_and_the_access() -> None:
    nobody = conditions_of(Condition(Visibility("acme", frozenset())))
    staff = conditions_of(Condition(Visibility("acme", frozenset({"staff"}))))

    assert len(nobody) == len(staff) == 2


def test_each_part_of_a_filter_is_one_more_condition() -> None:
    bare = Condition(Visibility("acme", frozenset()))
    for wanted, more in (
        (PassageFilter(document_ids=("a", "b")), 1),
        (PassageFilter(uri_prefix="docs/"), 1),
        (PassageFilter(tags_any=("a", "b")), 1),
        (PassageFilter(tags_all=("a", "b")), 2),
        (PassageFilter(language="en"), 1),
        (PassageFilter(updated_from="2026-01-01T00:00:00Z"), 1),
        (
            PassageFilter(updated_from="2026-01-01T00:00:00Z", updated_before="2026-02-01T00:00:00Z"),
            1,
        ),
    ):
        assert len(conditions_of(replace(bare, filter=wanted))) == 2 + more, wanted
