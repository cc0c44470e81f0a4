"""Where long texts are cut."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.parsed_document import Kind
from services.retrieval.sentences import cut, spans


def pieces(text: str, kind: Kind = "paragraph", longest: int = 1000) -> list[str]:
    return [text[start:end] for start, end in spans(text, kind, longest)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?  Four", ["One.", "Two!", "Three?", "Four"]),
        ('He said "yes." Then he left.', ['He said "yes."', "Then he left."]),
        ("Use e.g. Honey or i.e. Wax.", ["Use e.g. Honey or i.e. Wax."]),
        ("Ask Dr. Bee at U.S. Hives. Now.", ["Ask Dr. Bee at U.S. Hives.", "Now."]),
        ("Version 3.11 is out. fine by me", ["Version 3.11 is out. fine by me"]),
        ("蜜蜂很忙。它们采蜜！好吗？好", ["蜜蜂很忙。", "它们采蜜！", "好吗？", "好"]),
        ("line one\nline two", ["line one", "line two"]),
        ("Wait... What?", ["Wait...", "What?"]),
        ("", []),
    ],
)
def test_paragraphs_are_cut_after_sentences(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize("kind", ["code", "list", "table"])
def test_other_blocks_are_cut_between_lines(kind: Kind) -> None:
    assert pieces("a. B\n\n  c. D", kind) == ["a. B", "c. D"]


def test_what_is_too_long_is_cut_between_words() -> None:
    assert pieces("aaa bbb ccc ddd", longest=8) == ["aaa bbb", "ccc ddd"]


def test_a_word_that_is_too_long_is_cut_anywhere() -> None:
    assert pieces("x" * 25, longest=10) == ["x" * 10, "x" * 10, "x" * 5]


@given(st.text(alphabet="aB1 .!?\n\"'。x", max_size=200), st.integers(1, 30))
def test_pieces_hold_everything_but_space_in_order(text: str, longest: int) -> None:
    found = list(spans(text, "paragraph", longest))
    assert "".join("".join(text[s:e].split()) for s, e in found) == "".join(text.split())
    assert all(e - s <= longest for s, e in found)
    assert [s for s, _ in found] == sorted(s for s, _ in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


@pytest.mark.parametrize(
    "text", ["." * 500_000, ". " * 200_000, "x" * 500_000, " " * 500_000, '.""""' * 100_000]
)
def test_hostile_texts_are_cut_soon(text: str) -> None:
    began = time.process_time()
    pieces(text)
    list(cut(text, 0, len(text), 100))
    assert time.process_time() - began < 10
