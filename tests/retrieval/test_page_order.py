"""The order in which the rows of pages are read."""

from __future__ import annotations

import pytest

from services.retrieval.page_order import in_reading_order
from services.retrieval.pdf_rows import Page, Row, Word


def row(text: str, x: float = 50, y: float = 700, size: float = 10) -> Row:
    return Row([Word(text, x, x + 5 * len(text), y, size)], 1)


def read(*pages: list[Row]) -> list[str]:
    found = in_reading_order([Page(number, 800, rows) for number, rows in enumerate(pages, 1)])
    return [each.text for each in found]


def test_one_column_is_read_by_height() -> None:
    assert read([row("last", y=100), row("first", y=700), row("middle", y=400)]) == [
        "first",
        "middle",
        "last",
    ]


def test_rows_on_one_line_become_one_where_they_are_few() -> None:
    body = [row(f"line {n}", y=600 - 12 * n) for n in range(9)]
    assert read([row("Note", y=700), *body, row("a repair", x=300, y=700)])[0] == "Note a repair"


def test_columns_are_read_as_the_file_has_them() -> None:
    left = [row(f"left {n}", y=700 - 12 * n) for n in range(5)]
    right = [row(f"right {n}", x=300, y=703 - 12 * n) for n in range(5)]
    assert read([*left, *right]) == [*(f"left {n}" for n in range(5)), *(f"right {n}" for n in range(5))]


def test_headers_are_read_once_and_footers_never() -> None:
    pages = [[row("Guide", y=780), row(f"text {n}", y=400), row(f"Draft {n}", y=30)] for n in range(3)]
    assert read(*pages) == ["Guide", "text 0", "text 1", "text 2"]


def test_two_pages_repeat_nothing() -> None:
    pages = [[row("Guide", y=780), row(f"text {n}", y=400)] for n in range(2)]
    assert read(*pages) == ["Guide", "text 0", "Guide", "text 1"]


@pytest.mark.parametrize("number", ["7", "- 7 -", "Page 7", "Page 7 of 9", "7/9", "xii", "Seite 7"])
def test_page_numbers_are_left_out(number: str) -> None:
    assert read([row("text", y=400), row(number, y=90)], [row("more", y=400)]) == ["text", "more"]


@pytest.mark.parametrize("text", ["2026", "7 bees"])
def test_other_last_rows_stay(text: str) -> None:
    assert text in read([row("text", y=400), row(text, y=300)], [row("more", y=400)])


def test_lines_made_of_signs_are_no_text() -> None:
    assert read([row("text"), row("=========", y=600), row("- - - -", y=590)]) == ["text"]
