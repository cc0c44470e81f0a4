"""Joining lines."""

from __future__ import annotations

import pytest

from services.retrieval.line_joining import Line, LineJoiner


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ([Line("one"), Line("two")], "one two"),
        ([Line("crys", hyphen=True), Line("tal clear")], "crystal clear"),
        ([Line("the crys-"), Line("tal")], "the crystal"),
        ([Line("from 1990-"), Line("2000")], "from 1990- 2000"),
        ([Line("Jean-"), Line("Paul")], "Jean- Paul"),
        ([Line("short", short=True), Line("next")], "short\nnext"),
        ([Line("ends", hyphen=True)], "ends-"),
        ([Line("№", hyphen=True), Line("x")], "№-x"),
        ([], ""),
    ],
)
def test_lines_are_joined(lines: list[Line], joined: str) -> None:
    assert LineJoiner(lines).joined(lines) == joined


def test_the_beginning_of_each_line_is_known() -> None:
    lines = [
        Line("the crys", hyphen=True),
        Line("tal is", short=True),
        Line("clear-"),
        Line("ly"),
        Line("so"),
    ]
    joiner = LineJoiner(lines)
    assert joiner.joined(lines) == "the crystal is\nclearly so"
    assert joiner.starts(lines) == [0, 8, 15, 20, 23]
    assert joiner.starts([]) == []


def test_many_lines_take_linear_time() -> None:
    lines = [Line("word " * 10 + "hyphen", hyphen=True)] * 20_000
    assert len(LineJoiner(lines).joined(lines)) > 1_000_000


def test_a_hyphen_stays_where_the_document_writes_the_word_with_one() -> None:
    lines = [Line("a chat", hyphen=True), Line("optimized model")]
    assert LineJoiner([*lines, Line("It is chat-optimized.")]).joined(lines) == "a chat-optimized model"
    assert LineJoiner([*lines, Line("We chat. It is optimized.")]).joined(lines) == "a chat-optimized model"
    assert (
        LineJoiner([*lines, Line("chatoptimized, chat, optimized")]).joined(lines) == "a chatoptimized model"
    )
