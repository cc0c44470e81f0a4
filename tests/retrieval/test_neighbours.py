"""Passages beside one another are told, and joined in the order of the document."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.retrieval.neighbours import WIDEST_GAP, are_neighbours, join
from tests.retrieval.example_passages import example

FIRST = replace(example("The first."), start=0, end=10, page=2)
SECOND = replace(example("The second."), start=12, end=23, page=3)
THIRD = replace(example("The third."), start=40, end=50, heading_path=("Guide", "Other"))


def test_neighbours_are_told_in_either_order() -> None:
    assert are_neighbours(FIRST, SECOND)
    assert are_neighbours(SECOND, FIRST)


@pytest.mark.parametrize(
    "other",
    [
        replace(SECOND, document_id="d-other"),
        replace(SECOND, tenant="globex"),
        replace(SECOND, start=10 + WIDEST_GAP + 1, end=300),
        replace(SECOND, start=5, end=20),
        FIRST,
    ],
)
def test_others_are_none(other: object) -> None:
    assert not are_neighbours(FIRST, other)  # type: ignore[arg-type]


def test_the_whole_keeps_the_best_ones_identity_and_holds_all_texts_in_order() -> None:
    whole, parts = join(SECOND, [THIRD, FIRST])
    assert whole.passage_id == SECOND.passage_id
    assert whole.text == "The first.\n\nThe second.\n\nOther\nThe third."
    assert (whole.start, whole.end, whole.page) == (0, 50, 2)
    assert [part.passage for part in parts] == [FIRST, SECOND, THIRD]
    assert all(whole.text[part.at :].startswith(part.passage.text) for part in parts)
