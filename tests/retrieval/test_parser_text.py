"""Plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.parser_text import parse_text
from tests.retrieval.example_documents import assert_sound, texts


def test_paragraphs_are_apart_by_blank_lines() -> None:
    parsed = parse_text("One\r\nline two\r\n \t\r\n\r\nThree\n\x0cFour")
    assert texts(parsed) == ["One\nline two", "Three", "Four"]
    assert parsed.title == ""


def test_line_breaks_and_columns_inside_a_paragraph_stay() -> None:
    assert texts(parse_text("name    age\nAnna    7")) == ["name    age\nAnna    7"]


@given(st.text())
def test_any_text_is_sound(source: str) -> None:
    assert_sound(parse_text(source))
