"""Which turns an answer sees word for word."""

from __future__ import annotations

from services.generation.conversations.conversation import StoredTurn
from services.generation.conversations.window import MOST_TURNS, just_trimmed, tokens_of, window
from tests.generation.conversations.example_conversations import turn


def talk(number: int, words: int = 10) -> list[StoredTurn]:
    return [turn(n, question="tea?", answer="tea " * words, seq=n) for n in range(1, number + 1)]


def test_a_short_conversation_is_seen_whole() -> None:
    turns = talk(12)
    assert window(turns).seen == tuple(turns)
    assert window([]).seen == window([]).older == ()


def test_the_last_ten_are_seen_whatever_they_take() -> None:
    cut = window(talk(14, words=2000))
    assert [one.seq for one in cut.seen] == list(range(5, 15))
    assert [one.seq for one in cut.older] == [1, 2, 3, 4]


def test_those_before_them_are_seen_as_long_as_all_fit() -> None:
    turns = talk(30, words=190)
    cut = window(turns)
    assert 10 < len(cut.seen) < 30
    assert sum(tokens_of(one) for one in cut.seen) <= 4000
    assert sum(tokens_of(one) for one in turns[-len(cut.seen) - 1 :]) > 4000
    assert (*cut.older, *cut.seen) == tuple(turns)


def test_however_short_they_are_not_too_many_are_seen() -> None:
    assert len(window(talk(MOST_TURNS + 5, words=1)).seen) == MOST_TURNS


def test_it_is_told_once_that_a_conversation_is_cut() -> None:
    turns = talk(20, words=2000)
    assert [number for number in range(21) if just_trimmed(turns[:number])] == [11]
    short = talk(MOST_TURNS + 5, words=1)
    seen = [n for n in range(len(short) + 1) if just_trimmed(short[max(0, n - MOST_TURNS - 2) : n])]
    assert seen == [MOST_TURNS + 1]
