"""Enough to answer, in an order that reads well, and no more."""

from __future__ import annotations

from collections.abc import Sequence

from services.generation.answer_type import AnswerType
from services.generation.extraction import choose
from services.generation.passage import Source
from services.generation.sentence_features import FEATURES
from services.generation.sentence_ranking import Candidate
from services.generation.sentences import split_units
from services.generation.terms import content_terms
from tests.generation.examples import source


def candidates(source: Source, relevance: Sequence[float | None]) -> list[Candidate]:
    """The units of a source with a relevance each, in their order; those with None are not ranked."""
    units = split_units(source.text)
    return [
        Candidate(source, unit, place, unit.text, content_terms(unit.text), value, (0.0,) * len(FEATURES))
        for place, (unit, value) in enumerate(zip(units, relevance, strict=False))
        if value is not None
    ]


def chosen(scored: Sequence[Candidate], kind: AnswerType = "other") -> list[str]:
    ranked = sorted(scored, key=lambda candidate: -candidate.relevance)
    return [quote.unit.text.strip() for quote in choose(ranked, kind)]


def split(text: str) -> list[str]:
    return [unit.text for unit in split_units(text)]


PROSE = "Alpha one stands here. Beta two walks there. Gamma three sits down. Delta four runs away."
SHORT = " ".join(f"Word{i} of this sentence stands here {'and there ' * 3}today." for i in range(4))
LONG = " ".join(f"Word{i} of this sentence stands here {'and there ' * 8}today." for i in range(8))


def test_the_best_sentence_is_quoted_with_those_around_it_as_in_the_document() -> None:
    assert chosen(candidates(source(text=PROSE), (-3, 2, 1, 0))) == split(PROSE)


def test_a_stretch_ends_when_enough_is_said() -> None:
    shown = chosen(candidates(source(text=LONG), (0, 0, 5, 0, 0, 0, 0, 0)))
    assert len(shown) < 8
    assert sum(map(len, shown)) <= 420
    assert split(LONG)[2] in shown


def test_a_fact_takes_less_room() -> None:
    ranked = candidates(source(text=LONG), (0, 0, 5, 0, 0, 0, 0, 0))
    assert len(chosen(ranked, "number")) < len(chosen(ranked))


def test_the_likelier_side_goes_first() -> None:
    ranked = candidates(source(text=SHORT), (0, 2, 5, 0))
    assert chosen(ranked, "number") == split(SHORT)[1:3]


def test_sentences_under_another_heading_are_left_out() -> None:
    text = "Tea is free here.\n\n## Coffee\n\nCoffee costs one euro."
    assert chosen(candidates(source(text=text), (3, 0))) == ["Tea is free here."]


def test_another_source_that_is_about_as_good_follows() -> None:
    first = candidates(source(text="Zulu is late here."), (3,))
    second = candidates(source(2, "Xray is best of all."), (1,))
    far = candidates(source(3, "Yankee is early there."), (-1,))
    assert chosen([*far, *second, *first]) == ["Zulu is late here.", "Xray is best of all."]


def test_one_that_is_far_behind_does_not() -> None:
    first = candidates(source(text="Zulu is late here."), (3,))
    far = candidates(source(3, "Yankee is early there."), (0,))
    assert chosen([*far, *first]) == ["Zulu is late here."]


def test_the_same_thing_is_not_said_twice() -> None:
    twin = source(2, "Alpha one stands here now.")
    first = source(text="Alpha one stands here.")
    assert chosen([*candidates(first, (0.9,)), *candidates(twin, (0.89,))]) == ["Alpha one stands here."]


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    before = f"Badges open the doors {'of this house and of that one ' * 9}today."
    text = f"{before} They are issued on Mondays."
    assert chosen(candidates(source(text=text), (-5, 2)), "time") == [before, "They are issued on Mondays."]


def test_a_sentence_that_was_cut_brings_its_beginning_along() -> None:
    text = "You set the parameter:\n\n```\nx = 1\n```\n\nand the default is left out."
    assert chosen(candidates(source(text=text), (None, None, 2)), "definition")[-1] == (
        "and the default is left out."
    )


STEPS = "Intro.\n\nTo get a badge:\n\n1. Fill in the form\n2. Send it to security\n3. Fetch the badge\n\nThe end is near."


def test_an_announced_list_is_shown_with_its_announcement() -> None:
    assert chosen(candidates(source(text=STEPS), (None, 0.9))) == [
        "To get a badge:",
        "1. Fill in the form",
        "2. Send it to security",
        "3. Fetch the badge",
    ]


def test_a_procedure_is_shown_whole_from_any_of_its_steps() -> None:
    assert (
        chosen(candidates(source(text=STEPS), (None, None, None, 0.9)), "procedure")[0] == "To get a badge:"
    )


def test_one_item_of_an_unrelated_list_stands_with_what_introduces_it() -> None:
    ranked = candidates(source(text=STEPS), (-9, -9, -9, 5, -9))
    assert chosen(ranked, "time") == ["To get a badge:", "2. Send it to security"]


def test_a_detail_stands_with_the_item_that_it_details() -> None:
    text = "Codes are these:\n\n- Out of office 670\n  - Holidays\n  - Vacations\n- Training 17\n- Travel 18\n- Hiring 19"
    ranked = candidates(source(text=text), (-9, -9, -9, 5, -9, -9, -9))
    assert chosen(ranked) == ["Codes are these:", "- Out of office 670", "- Vacations"]


def test_the_steps_of_a_procedure_are_found_after_the_best_sentence() -> None:
    text = "Badges are made here. Bring your passport.\n\n- Fill in the form\n- Fetch the badge\n"
    assert len(chosen(candidates(source(text=text), (0.9,)), "procedure")) == 4
    assert chosen(candidates(source(text=text), (0.9,)), "other") == [
        "Badges are made here.",
        "Bring your passport.",
    ]


def test_a_long_list_loses_its_details_first() -> None:
    text = "Do this:\n\n" + "\n".join(
        f"- Step number {i}\n  - detail of it\n  - more of it" for i in range(6)
    )
    shown = chosen(candidates(source(text=text), (0.9,)), "procedure")
    assert shown == ["Do this:", *(f"- Step number {i}" for i in range(6))]


def test_a_list_without_end_is_cut_to_what_matters() -> None:
    text = "These are known:\n\n" + "\n".join(f"- option_{i} does the thing number {i}" for i in range(30))
    shown = chosen(candidates(source(text=text), (5, *([0.1] * 20), 4.9)), "definition")
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
