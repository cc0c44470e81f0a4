"""A passage is cut to the stretch that speaks of what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.best_window import best_window

TEXT = "One two three. The radio needs a new battery today. Six seven eight nine ten eleven twelve."


def test_a_short_passage_is_left_whole() -> None:
    assert best_window(TEXT, "radio", 100) == TEXT


def test_the_stretch_with_most_of_the_words_is_kept_from_the_beginning_of_its_sentence() -> None:
    assert best_window(TEXT, "which battery has the radio", 6) == "The radio needs a new battery"


def test_where_nothing_fits_the_beginning_is_kept() -> None:
    assert best_window(TEXT, "unheard of", 3) == "One two three"


def test_a_word_counts_in_its_other_forms_too() -> None:
    assert "battery" in best_window(TEXT, "batteries", 4)


def test_writing_without_blanks_is_cut_as_well() -> None:
    text = "日本語の文章です。" * 10 + "電池を交換する。" + "終わり。" * 10
    cut = best_window(text, "電池の交換", 12)
    assert "電池を交換" in cut
    assert len(cut) <= 16


@pytest.mark.parametrize("words", [1, 2])
def test_the_smallest_windows_work(words: int) -> None:
    assert len(best_window(TEXT, "battery radio", words).split()) <= words


@given(st.text(max_size=300), st.text(max_size=40), st.integers(1, 12))
def test_what_is_kept_is_a_stretch_of_the_text(text: str, query: str, words: int) -> None:
    assert best_window(text, query, words) in text
