"""What of a passage is embedded and searched."""

from __future__ import annotations

from dataclasses import replace

from tests.retrieval.example_passages import example

PASSAGE = example("Put fresh cells in.")


def test_the_text_stands_under_its_title_and_headings() -> None:
    passage = replace(PASSAGE, title="Manual", heading_path=("Radio", "Battery"))
    assert passage.indexed_text == "Manual > Radio > Battery\nPut fresh cells in."


def test_a_heading_that_repeats_the_title_counts_once() -> None:
    passage = replace(PASSAGE, title="Manual", heading_path=("Manual", "Battery"))
    assert passage.indexed_text == "Manual > Battery\nPut fresh cells in."


def test_a_passage_without_title_and_headings_is_its_text() -> None:
    assert replace(PASSAGE, title="", heading_path=()).indexed_text == "\nPut fresh cells in."
