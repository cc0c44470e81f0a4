"""Sentences that say what a generated answer says."""

from __future__ import annotations

from evals.openshift import GeneratedAnswer, saying
from services.generation.sentence_features import FEATURES
from services.generation.sentence_ranking import Candidate
from services.generation.sentences import split_units
from services.generation.terms import content_terms
from tests.generation.examples import source

TEXT = "Pods run containers on nodes. Routes lead traffic to services. Cake is sweet."


def candidates(text: str) -> list[Candidate]:
    offered = source(text=text)
    return [
        Candidate(offered, unit, place, unit.text, content_terms(unit.text), 0.0, (0.0,) * len(FEATURES))
        for place, unit in enumerate(split_units(text))
    ]


def answer(text: str, *sections: str) -> GeneratedAnswer:
    return GeneratedAnswer("Why?", content_terms(text), tuple(map(content_terms, sections)))


def test_the_sentence_with_the_answers_words_is_right() -> None:
    assert saying(answer("Containers run in pods on nodes", TEXT), candidates(TEXT)) == (True, False, False)


def test_sentences_of_other_sections_are_not() -> None:
    assert not any(saying(answer("Containers run in pods on nodes", "Cake is sweet."), candidates(TEXT)))


def test_where_nothing_is_like_the_answer_nothing_is_right() -> None:
    assert not any(saying(answer("The moon is made of cheese and stone", TEXT), candidates(TEXT)))


def test_nothing_to_look_at() -> None:
    assert saying(answer("Pods", TEXT), []) == ()
