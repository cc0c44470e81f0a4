"""How likely an answer is right."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from services.generation.answer_fit import WEIGHTS, fit
from services.generation.sentence_features import FEATURES
from services.generation.sentence_ranking import Candidate
from services.generation.sentences import split_units
from tests.generation.examples import source

GOOD = {"cosine": 0.8, "words_or_headings": 1.0, "passage_words": 1.0, "passage_cosine": 0.75, "names": 1.0}
FOREIGN = {"cosine": 0.1, "words_or_headings": 0.1, "passage_words": 0.1, "passage_cosine": 0.1}


def candidate(measured: Mapping[str, float], relevance: float = 0.0) -> Candidate:
    offered = source()
    unit = split_units(offered.text)[0]
    features = tuple(measured.get(name, 0.0) for name in FEATURES)
    return Candidate(offered, unit, 0, unit.text, frozenset(), relevance, features)


def test_every_weight_names_a_feature() -> None:
    assert set(WEIGHTS) <= set(FEATURES)


def test_what_is_near_in_words_and_meaning_is_likely_right() -> None:
    assert fit([candidate(GOOD, 9.0), candidate(GOOD, 2.0)], 0.8) > 0.6


def test_what_is_about_something_else_is_not() -> None:
    assert fit([candidate(FOREIGN)], 0.1) < 0.1


def test_it_rises_with_the_relevance_of_the_passages() -> None:
    assert fit([candidate(GOOD)], 0.9) > fit([candidate(GOOD)], 0.5)


def test_a_sentence_that_lacks_the_fact_is_less_likely_right() -> None:
    assert fit([candidate(GOOD | {"no_fact": 1.0})], 0.8) < fit([candidate(GOOD)], 0.8)


@pytest.mark.parametrize("behind", [0.0, 1.0, 800.0])
def test_it_is_a_probability_however_far_the_others_are(behind: float) -> None:
    assert 0.0 < fit([candidate(GOOD, 800.0), candidate(GOOD, 800.0 - behind)], 0.8) < 1.0
