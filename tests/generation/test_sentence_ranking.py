"""The sentence that answers comes first."""

from __future__ import annotations

import pytest

from services.generation.passage import Source
from services.generation.sentence_ranking import SentenceRanking
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import COFFEE, LEAVE, source


def ranked(question: str, *sources: Source) -> list[str]:
    return [candidate.words for candidate in SentenceRanking(FakeEmbedder()).rank(question, sources, "en")]


def test_the_sentence_with_the_questions_words_comes_first() -> None:
    offered = (source(), source(2, COFFEE), source(3, LEAVE))
    assert ranked("How many days may be carried over?", *offered)[0] == "Ten days may be carried over."
    assert ranked("Where does the coffee machine stand?", *offered)[0].startswith("The coffee machine stands")


def test_rare_words_weigh_more_than_those_that_every_sentence_has() -> None:
    text = "The gate opens at six. The gate closes at nine. The gate is green. The gate is old."
    assert ranked("When does the gate close?", source(text=text))[0] == "The gate closes at nine."


def test_headings_speak_for_the_sentences_below_them() -> None:
    below = source(2, "Bring a towel and a cap.", heading_path=("Sauna rules",))
    assert ranked("What are the sauna rules?", source(), below)[0] == "Bring a towel and a cap."


@pytest.mark.parametrize(
    "pointer",
    [
        "See the sick leave page for sick leave.",
        "This page outlines how sick leave works.",
        "How do I request sick leave?",
        "Read the docs for sick leave requests.",
        "You will learn how to request sick leave.",
    ],
)
def test_sentences_that_only_point_or_ask_come_last(pointer: str) -> None:
    text = f"{pointer} Send the form to request sick leave to your manager."
    assert ranked("How do I request sick leave?", source(text=text))[0].startswith("Send the form")


def test_an_announcement_of_what_is_missing_is_no_answer() -> None:
    text = "Send the form to get a badge. To get a badge, do this:"
    assert ranked("How do I get a badge?", source(text=text))[0] == "Send the form to get a badge."


def test_a_definition_is_preferred_for_what_is() -> None:
    text = "Comp time was discussed by all. Comp time is leave in place of overtime pay. Ask for comp time early."
    assert (
        ranked("What is comp time?", source(text=text))[0] == "Comp time is leave in place of overtime pay."
    )


def test_the_full_name_of_an_abbreviation_defines_it() -> None:
    text = "The FMLA helps. The Family and Medical Leave Act (FMLA) can give you peace. The FMLA is not new."
    assert ranked("What is FMLA?", source(text=text))[0].startswith("The Family and Medical Leave Act")


def test_the_words_that_ask_for_a_definition_are_not_looked_for() -> None:
    text = "Let us stand up for all teams now. The Technology Transformation Services (TTS) build things."
    assert ranked("What does TTS stand for?", source(text=text))[0].startswith("The Technology")


def test_code_and_stumps_are_no_sentences() -> None:
    assert ranked("What is x?", source(text="Note:\n\n```\nx = 1\n```\n\nOk.")) == []


def test_only_so_many_sentences_are_embedded() -> None:
    embedder = FakeEmbedder()
    text = " ".join(f"Sentence {i} is about tea number {i}." for i in range(90))
    SentenceRanking(embedder).rank("When is tea?", (source(text=text),), "en")
    assert len(embedder.texts) == 37


def test_nothing_to_rank() -> None:
    assert ranked("When is tea?") == []


def test_scores_are_kept_for_the_choice() -> None:
    best = SentenceRanking(FakeEmbedder()).rank("When is tea served?", (source(),), "en")[0]
    assert best["all_words"] == 1.0
    assert 0.0 < best["cosine"] <= 1.0
    assert best.place == 0
    assert best.source.n == 1


def test_a_way_to_do_something_is_looked_for_otherwise_than_a_fact() -> None:
    text = "The gate was opened with a key in 1921. Turn the key to open the gate."
    assert ranked("How do I open the gate?", source(text=text))[0].startswith("Turn the key")
    assert ranked("When was the gate opened?", source(text=text))[0].startswith("The gate was")
