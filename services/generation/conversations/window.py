"""Chooses which turns of a conversation an answer sees word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.generation.context import count_tokens
from services.generation.conversations.conversation import StoredTurn

WINDOW_TOKENS = 4000
"""Tokens up to which all turns are seen."""
WHOLE_TURNS = 10
"""The latest turns that are seen in any case."""
MOST_TURNS = 60
"""Turns that are seen at all, however short."""


@dataclass(frozen=True, slots=True)
class Window:
    """A conversation, cut in two.

    Attributes:
        older: The turns that a summary stands for, oldest first.
        seen: The turns that are seen word for word, oldest first.
    """

    older: tuple[StoredTurn, ...]
    seen: tuple[StoredTurn, ...]


def window(turns: Sequence[StoredTurn], tokens: int = WINDOW_TOKENS, whole: int = WHOLE_TURNS) -> Window:
    """Keeps the latest turns whole, and those before them as long as all fit.

    Args:
        turns: Oldest first.
        tokens: What the seen turns may take together.
        whole: Turns that are seen whatever they take.
    """
    first, left = len(turns), tokens
    for number, turn in enumerate(reversed(turns), 1):
        left -= tokens_of(turn)
        if (left < 0 and number > whole) or number > MOST_TURNS:
            break
        first -= 1
    return Window(tuple(turns[:first]), tuple(turns[first:]))


def just_trimmed(turns: Sequence[StoredTurn], tokens: int = WINDOW_TOKENS, whole: int = WHOLE_TURNS) -> bool:
    """Whether these are the first turns of the conversation of which some are not seen any more."""
    if not window(turns, tokens, whole).older:
        return False
    return not window(turns[:-1], tokens, whole).older


def tokens_of(turn: StoredTurn) -> int:
    """Tokens of a turn's question and answer."""
    return count_tokens(turn.question) + count_tokens(turn.answer)
