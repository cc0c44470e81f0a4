"""A found passage names every passage of the index that it holds."""

from __future__ import annotations

from dataclasses import replace

from services.retrieval.neighbours import Part
from tests.retrieval.example_passages import example
from tests.retrieval.example_runs import found

FIRST, SECOND = example("first"), example("second")


def test_a_passage_as_it_lies_in_the_index_is_one() -> None:
    assert found(FIRST).passage_ids == (FIRST.passage_id,)


def test_a_joined_one_is_its_parts_in_the_order_of_the_document() -> None:
    joined = replace(found(SECOND), parts=(Part(FIRST, 0), Part(SECOND, 7)))

    assert joined.passage_ids == (FIRST.passage_id, SECOND.passage_id)
