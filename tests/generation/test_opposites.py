"""Words that turn a sentence around."""

from __future__ import annotations

import re

import pytest

from services.generation.opposites import is_ordinal, negates, opposites


def test_an_opposite_is_known_from_both_sides() -> None:
    assert "south" in opposites("north")
    assert "north" in opposites("south")
    assert opposites("gardener") == frozenset()


def test_a_word_may_have_several_opposites() -> None:
    assert {"unknown"} == opposites("known")
    assert {"younger", "newer"} == opposites("older")


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("What isn't allowed?", True),
        ("What can’t be carried over?", True),
        ("What did they never see?", True),
        ("Who failed to sign?", True),
        ("What is allowed?", False),
        ("Who signed the note in November?", False),
        ("How do I scan a canvas?", False),
    ],
)
def test_negations_are_seen_in_words_and_in_contractions(text: str, negated: bool) -> None:
    words = frozenset(re.findall(r"[^\W_]+", text.lower()))
    assert negates(text, words) is negated


@pytest.mark.parametrize(
    ("word", "ordinal"), [("first", True), ("22nd", True), ("two", False), ("1066", False)]
)
def test_ordinals_are_told_from_numbers(word: str, ordinal: bool) -> None:
    assert is_ordinal(word) is ordinal
