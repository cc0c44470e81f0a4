"""What is shown of a passage's place."""

from __future__ import annotations

from tests.generation.examples import passage


def test_headings_are_joined_outermost_first() -> None:
    assert passage(heading_path=("Leave", "Sick leave")).heading == "Leave › Sick leave"
    assert passage(heading_path=()).heading == ""


def test_a_long_heading_is_shortened_between_words() -> None:
    row = "fusion | weight of the vectors | candidates of each search | mean nDCG@10 | SciFact"
    shown = passage(heading_path=("Profiles", row)).heading
    assert shown == "Profiles › fusion | weight of the vectors | candidates of each search…"


def test_a_long_word_is_cut_where_it_must_be() -> None:
    assert passage(heading_path=("x" * 100,)).heading == "x" * 59 + "…"
