"""How likely an answer is right."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from services.generation import alignment
from services.generation.answer_fit import closeness, fit
from services.generation.sentence_features import FEATURES
from services.generation.sentence_ranking import Candidate
from services.generation.sentences import split_units
from tests.generation.examples import source

GOOD = {"cosine": 0.8, "passage_cosine": 0.75, "names": 1.0}
FOREIGN = {"cosine": 0.1, "passage_cosine": 0.1}
MATCHED = dict.fromkeys(alignment.FEATURES, 0.0) | {
    "unmatched_likeness": 1.0,
    "unmatched_share": 0.6,
    "function_words": 0.6,
}


def candidate(measured: Mapping[str, float]) -> Candidate:
    offered = source()
    unit = split_units(offered.text)[0]
    features = tuple(measured.get(name, 0.0) for name in FEATURES)
    return Candidate(offered, unit, 0, unit.text, frozenset(), 0.0, features)


def test_what_is_near_in_words_and_meaning_is_likely_right() -> None:
    assert fit(candidate(GOOD), 0.8, MATCHED) > 0.6


def test_what_is_about_something_else_is_not() -> None:
    strange = MATCHED | {"unmatched_likeness": 0.2, "unmatched_share": 0.1, "function_words": 0.2}
    assert fit(candidate(FOREIGN), 0.1, strange) < 0.1


def test_it_rises_with_the_relevance_of_the_passages() -> None:
    assert fit(candidate(GOOD), 0.9, MATCHED) > fit(candidate(GOOD), 0.5, MATCHED)


@pytest.mark.parametrize(
    "difference",
    ["unmatched_name", "unmatched_number", "opposites", "other_ordinal", "negated", "only_question_negated"],
)
def test_each_difference_makes_a_near_miss_likelier(difference: str) -> None:
    near = MATCHED | {difference: 1.0}
    assert closeness(candidate(GOOD), near) < closeness(candidate(GOOD), MATCHED)
    assert fit(candidate(GOOD), 0.8, near) < fit(candidate(GOOD), 0.8, MATCHED)


@pytest.mark.parametrize("relevance", [-1e6, 1e6])
def test_it_is_a_probability_whatever_is_measured(relevance: float) -> None:
    assert 0.0 < fit(candidate(GOOD), relevance, MATCHED) < 1.0
