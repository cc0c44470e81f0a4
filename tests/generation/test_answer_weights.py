"""Weights of an answer's fit belong to what is measured, and none points the wrong way."""

from __future__ import annotations

from services.generation import alignment
from services.generation.answer_weights import ANSWER, CLOSE_ALIGNED, CLOSE_FOUND
from services.generation.sentence_features import FEATURES


def test_every_weight_names_something_that_is_measured() -> None:
    assert set(CLOSE_ALIGNED) == set(alignment.FEATURES)
    assert set(CLOSE_FOUND) <= set(FEATURES)
    assert set(ANSWER) - {"relevance", "closeness"} <= set(FEATURES)


def test_what_a_source_contradicts_speaks_against_an_answer() -> None:
    for fault in ("unmatched_name", "unmatched_number", "opposites", "other_ordinal", "negated"):
        assert CLOSE_ALIGNED[fault] < 0, fault
    assert ANSWER["no_fact"] < 0


def test_likeness_never_speaks_against_one() -> None:
    for likeness in ("cosine", "names", "relevance", "closeness"):
        assert ANSWER[likeness] > 0, likeness
    assert CLOSE_FOUND["passage_cosine"] > 0
