"""Enough to answer, in an order that reads well, and no more."""

from __future__ import annotations

from collections.abc import Sequence

from services.generation.answer_type import AnswerType
from services.generation.extraction import MOST_SENTENCES, choose
from services.generation.passage import Source
from services.generation.sentence_ranking import Candidate
from services.generation.sentences import split_units
from services.generation.terms import content_terms
from tests.generation.examples import source


def candidates(source: Source, relevance: Sequence[float]) -> list[Candidate]:
    """The units of a source with a relevance each, in their order; None of them is embedded."""
    units = split_units(source.text)
    return [
        Candidate(source, unit, unit.text, content_terms(unit.text), 0.5, 0.5, value)
        for unit, value in zip(units, relevance, strict=False)
        if value
    ]


def chosen(scored: Sequence[Candidate], kind: AnswerType = "other") -> list[str]:
    ranked = sorted(scored, key=lambda candidate: -candidate.relevance)
    return [quote.unit.text.strip() for quote in choose(ranked, kind)]


PROSE = "Alpha one stands here. Beta two walks there. Gamma three sits down. Delta four runs away. Echo five sleeps."


def test_sentences_are_taken_while_they_are_close_to_the_best() -> None:
    assert chosen(candidates(source(text=PROSE), (0.5, 0.9, 0.85, 0.2, 0.1))) == [
        "Beta two walks there.",
        "Gamma three sits down.",
    ]


def test_they_stand_as_in_the_document_and_the_better_passage_comes_first() -> None:
    first = candidates(source(text="Zulu is late here. Yankee is early there."), (0.85, 0.86))
    second = candidates(source(2, "Xray is best of all."), (0.9,))
    assert chosen([*first, *second]) == [
        "Xray is best of all.",
        "Zulu is late here.",
        "Yankee is early there.",
    ]


def test_there_are_never_too_many() -> None:
    assert len(chosen(candidates(source(text=PROSE), (0.9,) * 5))) == MOST_SENTENCES


def test_a_fact_needs_one_or_two() -> None:
    assert len(chosen(candidates(source(text=PROSE), (0.9,) * 5), "number")) == 2


def test_the_same_thing_is_not_said_twice() -> None:
    twin = source(2, "Alpha one stands here now.")
    assert chosen([*candidates(source(text=PROSE), (0.9,)), *candidates(twin, (0.89,))]) == [
        "Alpha one stands here."
    ]


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    text = "Badges open the doors. They are issued on Mondays. Nothing else."
    assert chosen(candidates(source(text=text), (0.1, 0.9, 0.1))) == [
        "Badges open the doors.",
        "They are issued on Mondays.",
    ]


STEPS = "Intro.\n\nTo get a badge:\n\n1. Fill in the form\n2. Send it to security\n3. Fetch the badge\n\nThe end is near."


def test_an_announced_list_is_shown_with_its_announcement() -> None:
    assert chosen(candidates(source(text=STEPS), (0, 0.9))) == [
        "To get a badge:",
        "1. Fill in the form",
        "2. Send it to security",
        "3. Fetch the badge",
    ]


def test_a_procedure_is_shown_whole_from_any_of_its_steps() -> None:
    assert chosen(candidates(source(text=STEPS), (0, 0, 0, 0.9)), "procedure")[0] == "To get a badge:"


def test_one_item_of_an_unrelated_list_stands_alone() -> None:
    assert chosen(candidates(source(text=STEPS), (0, 0, 0.1, 0.9, 0.1)), "time") == ["2. Send it to security"]


def test_the_steps_of_a_procedure_are_found_after_the_best_sentence() -> None:
    text = "Badges are made here. Bring your passport.\n\n- Fill in the form\n- Fetch the badge\n"
    assert len(chosen(candidates(source(text=text), (0.9,)), "procedure")) == 4
    assert chosen(candidates(source(text=text), (0.9,)), "other") == ["Badges are made here."]


def test_a_long_list_loses_its_details_first() -> None:
    text = "Do this:\n\n" + "\n".join(
        f"- Step number {i}\n  - detail of it\n  - more of it" for i in range(6)
    )
    shown = chosen(candidates(source(text=text), (0.9,)), "procedure")
    assert shown == ["Do this:", *(f"- Step number {i}" for i in range(6))]


def test_a_list_without_end_is_cut_to_what_matters() -> None:
    text = "These are known:\n\n" + "\n".join(f"- option_{i} does the thing number {i}" for i in range(30))
    shown = chosen(candidates(source(text=text), (0.9, *([0.1] * 20), 0.88)), "definition")
    assert shown == ["These are known:", "- option_20 does the thing number 20"]


CODE = "Install it with:\n\n```\npip install tea\n```\n\nThen drink it."


def test_code_follows_the_sentence_that_announces_it_when_it_is_asked_for() -> None:
    assert chosen(candidates(source(text=CODE), (0.9,)), "procedure")[-1].startswith("```\npip install")
    assert chosen(candidates(source(text=CODE), (0.9,)), "definition") == ["Install it with:"]


def test_a_listing_is_too_long_to_quote() -> None:
    listing = "\n".join(f"x{i} = {i}" for i in range(60))
    text = f"Like this:\n\n```\n{listing}\n```\n"
    assert chosen(candidates(source(text=text), (0.9,)), "code") == ["Like this:"]


def test_nothing_ranked_nothing_chosen() -> None:
    assert choose([], "other") == ()
