"""Vectors that retrieval keeps are found by the place of their sentence."""

from __future__ import annotations

import numpy as np
import pytest

from services.generation.stored_vectors import StoredVectors

KEPT = StoredVectors(
    embedder="e",
    starts=(0, 20),
    ends=(19, 60),
    values=np.array([[127, 0], [0, 127]], np.int8),
    scales=(1 / 127, 1 / 127),
)


@pytest.mark.parametrize(
    ("start", "end", "vector"), [(0, 19, [1.0, 0.0]), (20, 60, [0.0, 1.0]), (22, 60, [0.0, 1.0])]
)
def test_a_sentence_is_found_by_its_place(start: int, end: int, vector: list[float]) -> None:
    found = KEPT.at(start, end)
    assert found is not None
    assert found.tolist() == pytest.approx(vector)


@pytest.mark.parametrize(("start", "end"), [(0, 60), (0, 9), (100, 120), (30, 30)])
def test_another_stretch_has_none(start: int, end: int) -> None:
    assert KEPT.at(start, end) is None


def test_a_passage_without_sentences_has_none() -> None:
    assert StoredVectors("e", (), (), np.zeros((0, 2), np.int8), ()).at(0, 5) is None
