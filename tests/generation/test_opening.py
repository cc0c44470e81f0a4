"""The token that means "I cannot know" never reaches a reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generation.chat_model import NotInSources
from services.generation.opening import TOKEN, OpeningGuard


@pytest.mark.parametrize("answer", [TOKEN, f"  {TOKEN}.", f"**{TOKEN}**", f'"{TOKEN}"', f"{TOKEN}\n\nSorry."])
def test_the_token_alone_or_decorated_is_understood(answer: str) -> None:
    guard = OpeningGuard()
    end = answer.index(TOKEN) + len(TOKEN)
    assert "".join(guard.feed(character) for character in answer[: end - 1]) == ""
    with pytest.raises(NotInSources):
        guard.feed(answer[end - 1])


def test_anything_else_is_released_as_soon_as_it_differs() -> None:
    guard = OpeningGuard()
    assert guard.feed("NOT") == ""
    assert guard.feed("E that tea") == "NOTE that tea"
    assert guard.feed(" is at four") == " is at four"


def test_an_ordinary_first_token_is_not_held() -> None:
    assert OpeningGuard().feed("Tea") == "Tea"


def test_the_token_later_in_the_text_is_text() -> None:
    guard = OpeningGuard()
    assert guard.feed("Tea. ") + guard.feed(TOKEN) == f"Tea. {TOKEN}"


def test_what_was_held_is_released_at_the_end() -> None:
    guard = OpeningGuard()
    assert guard.feed("NOT") == ""
    assert guard.flush() == "NOT"
    assert guard.flush() == ""


@given(st.text(alphabet="NOT_ISURCE *ab", max_size=20), st.integers(1, 5))
def test_nothing_is_lost_or_changed(text: str, size: int) -> None:
    guard = OpeningGuard()
    released = ""
    try:
        for start in range(0, len(text), size):
            released += guard.feed(text[start : start + size])
        released += guard.flush()
    except NotInSources:
        assert TOKEN in text
    else:
        assert released == text
