"""What speaks for a sentence, and what against it."""

from __future__ import annotations

import pytest

from services.generation.passage import Source
from services.generation.quotable import quotables
from services.generation.sentence_features import AT, FEATURES, measured, understood
from tests.generation.examples import source


def features(question: str, *sources: Source) -> list[dict[str, float]]:
    every = [each for offered in sources for each in quotables(offered, "en")]
    matrix = measured(understood(question, "en"), every)
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in matrix]


def measures(question: str, text: str, name: str) -> list[float]:
    return [found[name] for found in features(question, source(text=text))]


def test_every_feature_has_its_column() -> None:
    assert len(set(FEATURES)) == len(FEATURES)
    assert [AT[name] for name in FEATURES] == list(range(len(FEATURES)))


def test_rare_words_count_more_than_those_that_all_have() -> None:
    text = "The gate opens at six. The gate closes at nine. The gate is green. The gate is old."
    _, closes, green, _ = measures("When does the gate close?", text, "words")
    assert closes > 2 * green > 0


def test_words_of_headings_and_neighbours_count_apart() -> None:
    (only,) = features(
        "What are the sauna rules?", source(text="Bring a towel.", heading_path=("Sauna rules",))
    )
    assert only["words"] == 0.0
    assert only["words_or_headings"] == 1.0
    near = measures("Is tea free on Monday?", "Tea is free for all. That holds on Monday.", "words_around")
    assert near == [1.0, 1.0]


def test_words_that_follow_each_other_in_the_question_do_so_in_the_answer() -> None:
    text = "Sick leave is paid. Leave the sick at home."
    assert measures("Is sick leave paid?", text, "pairs") == [1.0, 0.0]


@pytest.mark.parametrize(
    ("question", "text", "fact", "no_fact"),
    [
        ("When was it founded?", "It was founded in 1921.", 1.0, 0.0),
        ("When was it founded?", "It was founded by friends.", 0.0, 1.0),
        ("How long is it valid?", "It is valid for two years.", 1.0, 0.0),
        ("Why was it founded?", "It was founded in 1921.", 0.0, 0.0),
    ],
)
def test_a_fact_is_there_or_missing(question: str, text: str, fact: float, no_fact: float) -> None:
    (found,) = features(question, source(text=text))
    assert (found["fact"], found["no_fact"]) == (fact, no_fact)


def test_a_number_of_what_is_counted_is_known_from_other_numbers() -> None:
    text = "You can have fourteen credit hours. There are 3 kinds of them."
    assert measures("How many credit hours can I have?", text, "counted") == [1.0, 0.0]


def test_definitions_begin_with_what_is_asked_about() -> None:
    text = "Comp time was discussed by all. Comp time is leave in place of pay. Ask for comp time."
    values = measures("What is comp time?", text, "defines")
    assert values[1] > 0
    assert values[2] == 0


def test_an_abbreviation_is_spelled_out() -> None:
    text = "The Authority to Operate (ATO) is signed. An ATO takes months."
    assert measures("What does ATO stand for?", text, "spells_out") == [1.0, 0.0]


def test_instructions_count_where_a_way_is_asked_for() -> None:
    text = "Open the gate slowly. The gate is green and old."
    assert measures("How do I open the gate?", text, "instructs") == [1.0, 0.0]
    assert measures("How do I open the gate?", text, "instructs_near") == [0.5, 0.5]
    assert measures("What is the gate?", text, "instructs") == [0.0, 0.0]


@pytest.mark.parametrize(
    "pointer",
    [
        "See the sick leave page for sick leave.",
        "And then you also read how to handle CORS.",
        "You probably read before about the default.",
        "This page outlines how sick leave works.",
        "In the next chapter we will go on.",
        "For more information ask the team.",
        "It works as you saw with the other one.",
    ],
)
def test_what_only_points_elsewhere_is_known(pointer: str) -> None:
    assert measures("How do I request sick leave?", pointer, "points") == [1.0]


def test_what_says_something_does_not_point() -> None:
    assert measures("How do I get in?", "You will receive a badge in the next days.", "points") == [0.0]


def test_faults_of_form_are_known() -> None:
    text = "Tea is good for everybody in this old house. Why is tea hot today?\n\nand the default is left out.\n\n- Travel notes\n\nThis is what you need:"
    rows = features("How do I make tea?", source(text=text))
    assert [row["asks"] for row in rows] == [0.0, 1.0, 0.0, 0.0, 0.0]
    assert [row["broken"] for row in rows] == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert [row["label"] for row in rows] == [0.0, 0.0, 0.0, 1.0, 0.0]
    assert [row["dangles"] for row in rows] == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert rows[4]["leans"] == 1.0


def test_a_passage_speaks_for_its_sentences() -> None:
    rows = features(
        "When is tea served?", source(score=0.8), source(2, "Cake is sweet today.", score=0.4, dense=0.2)
    )
    assert (rows[0]["passage_rank"], rows[-1]["passage_rank"]) == (1.0, 0.5)
    assert (rows[0]["passage_score"], rows[-1]["passage_score"]) == (1.0, 0.5)
    assert rows[-1]["passage_cosine"] == 0.2
    assert rows[0]["passage_words"] == 1.0


def test_the_words_that_ask_for_a_definition_are_not_looked_for() -> None:
    assert understood("What does TTS stand for?", "en").terms == {"tts"}


def test_what_is_counted_is_the_noun() -> None:
    assert understood("How many credit hours can I have?", "en").counts == "hour"
    assert understood("How much leave do I get?", "en").counts == ""
