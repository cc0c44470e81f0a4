"""Each sentence knows what it stands in."""

from __future__ import annotations

from services.generation.quotable import Quotable, quotables
from tests.generation.examples import source


def read(text: str, heading_path: tuple[str, ...] = ("Meals",)) -> list[Quotable]:
    return list(quotables(source(text=text, heading_path=heading_path), "en"))


def test_sentences_items_and_rows_can_be_quoted_and_code_and_stumps_cannot() -> None:
    text = "Tea is hot today.\n\n- Fetch a cup now\n\nMonday | Soup\n\n```\nx = 1\n```\n\nOk."
    assert [(each.unit.kind, each.words) for each in read(text)] == [
        ("sentence", "Tea is hot today."),
        ("item", "Fetch a cup now"),
        ("row", "Monday – Soup"),
    ]


def test_a_sentence_knows_the_words_of_its_neighbours() -> None:
    first, second, third = read("Tea is hot today. Coffee is cold. Cake is sweet today.")
    assert {"tea", "cake"} <= second.around
    assert "cake" not in first.around
    assert third.around == second.terms


def test_the_heading_in_the_text_counts_before_those_above_the_passage() -> None:
    above, below = read(
        "Tea is free for all.\n\n## Opening hours\n\nDoors open at nine.", heading_path=("Meals",)
    )
    assert (above.heading, below.heading) == ("Meals", "Opening hours")
    assert below.nearest == {"open", "hour"}
    assert {"meal", "hous", "open"} <= below.above
    assert below.in_context == "Opening hours: Doors open at nine."


def test_what_has_no_heading_stands_below_the_title() -> None:
    (only,) = read("Doors open at nine.", heading_path=())
    assert only.heading == ""
    assert only.nearest == {"hous", "rule"}
    assert only.in_context == "Doors open at nine."


def test_a_detail_is_read_with_the_item_that_it_details() -> None:
    text = "- Out of office, code 670\n  - Holidays abroad\n- Training at home\n"
    first, detail, other = read(text)
    assert detail.parent == "Out of office, code 670"
    assert "670" in detail.around
    assert detail.in_context == "Meals: Out of office, code 670: Holidays abroad"
    assert (first.parent, other.parent) == ("", "")


def test_an_example_goes_to_the_end_of_its_paragraph() -> None:
    text = "Leave is earned each month.\n\nFor example: it is June. You have earned six days.\n\nAsk your manager."
    assert [each.example for each in read(text)] == [False, True, True, False]


def test_the_first_and_the_last_of_a_passage_are_known() -> None:
    units = read("One thing is here. Another thing is there.\n\n## More of it\n\nA third thing is gone.")
    assert [each.opens for each in units] == [True, False, True]
    assert [each.last for each in units] == [False, False, True]


def test_code_that_follows_is_known() -> None:
    units = read("Install it with this:\n\n```\npip install tea\n```\n\nThen drink it slowly.")
    assert [each.before_code for each in units] == [True, False]
