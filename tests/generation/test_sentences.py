"""Passages fall apart into what can be quoted."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generation.sentences import sentence_spans, split_units


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tea is hot. Coffee too! Is it? Yes.", ["Tea is hot.", "Coffee too!", "Is it?", "Yes."]),
        (
            "It costs 1.50 euro, e.g. for tea. Dr. Smith pays.",
            ["It costs 1.50 euro, e.g. for tea.", "Dr. Smith pays."],
        ),
        ("See a.example.org. then go.", ["See a.example.org. then go."]),
        ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
        ("Use `a. B` or [x. Y](z) now. Done.", ["Use `a. B` or [x. Y](z) now.", "Done."]),
        ("お茶は四時です。コーヒーは無料です。", ["お茶は四時です。", "コーヒーは無料です。"]),
        ("No end", ["No end"]),
        ("  ", []),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_units_are_verbatim_slices() -> None:
    text = "# Meals\n\nTea is hot. Coffee\ntoo.\n\n1. Open\n2. Pour\n\n```\nx = 1\n```\n"
    units = split_units(text)
    assert [unit.kind for unit in units] == ["sentence", "sentence", "item", "item", "code"]
    assert all(text[unit.start : unit.start + len(unit.text)] == unit.text for unit in units)
    assert [unit.block for unit in units] == [0, 0, 1, 1, 2]


@given(st.text(alphabet="aB. !?\n`[]()。", max_size=80))
def test_no_words_are_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("piece", ["!", ".)", "Dr. ", "`a`. ", "。", "[a](b). ", "``", "` "])
def test_stops_without_end_take_no_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    began = time.perf_counter()

    split_units(text)

    assert time.perf_counter() - began < 1.0
