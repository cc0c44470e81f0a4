"""On topic or not, before a model is paid for."""

from __future__ import annotations

import pytest

from services.generation.evidence import weigh
from tests.generation.examples import COFFEE, TEA, passage


def test_similar_passages_with_the_questions_words_are_on_topic() -> None:
    evidence = weigh("When is tea served?", (passage(TEA, dense=0.6),), "en", 0.42)
    assert evidence.relevance == pytest.approx(0.75 * 0.6 + 0.25)
    assert evidence.on_topic


def test_the_words_of_headings_and_title_count() -> None:
    known = weigh("What are the house rules?", (passage(COFFEE, dense=0.3),), "en", 0.42)
    assert known.relevance == pytest.approx(0.75 * 0.3 + 0.25)


def test_distant_passages_are_off_topic() -> None:
    evidence = weigh("Who won the football game?", (passage(TEA, dense=0.1),), "en", 0.42)
    assert not evidence.on_topic


def test_one_passage_must_have_the_words_not_all_together() -> None:
    passages = (passage("Tea only.", dense=0.2), passage("Served only.", dense=0.2))
    assert weigh("tea served", passages, "en", 0.42).relevance == pytest.approx(0.75 * 0.2 + 0.125)


def test_without_vectors_the_words_decide() -> None:
    found = (passage(TEA, dense=None),)
    assert weigh("When is tea served?", found, "en", 0.42).relevance == 1.0
    assert not weigh("Who won the football game?", found, "en", 0.42).on_topic


def test_a_question_without_content_words_is_measured_by_meaning() -> None:
    assert weigh("How is it?", (passage(TEA, dense=0.5),), "en", 0.42).relevance == 0.5


def test_nothing_found_is_off_topic() -> None:
    assert not weigh("When is tea served?", (), "en", 0.0).on_topic


def test_relevance_stays_between_zero_and_one() -> None:
    assert weigh("football", (passage(TEA, dense=-0.4),), "en", 0.42).relevance == 0.0
