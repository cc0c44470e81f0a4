"""What a conversation is called."""

from __future__ import annotations

import pytest

from services.generation.conversations.conversation import MAX_TITLE, title_of


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("When is tea served?", "When is tea served?"),
        ("  When\n is\ttea served? ", "When is tea served?"),
        ("", ""),
        ("tea " * 30, "tea " * 18 + "tea…"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_a_title_is_the_beginning_of_the_question(question: str, title: str) -> None:
    assert title_of(question) == title
    assert len(title) <= MAX_TITLE
