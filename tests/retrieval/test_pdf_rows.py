"""Rows of words."""

from __future__ import annotations

from services.retrieval.pdf_rows import Row, Word


def word(text: str, x0: float, x1: float, *, size: float = 10, bold: bool = False) -> Word:
    return Word(text, x0, x1, 700, size, bold)


def test_words_that_stand_apart_are_in_different_cells() -> None:
    row = Row([word("Code", 50, 70), word("name", 73, 90), word("Count", 150, 180)], 1)
    assert [[w.text for w in cell] for cell in row.cells()] == [["Code", "name"], ["Count"]]


def test_cells_are_told_from_the_right_as_well() -> None:
    row = Row([word("ملكة", 200, 220), word("واحدة", 170, 197), word("نحل", 50, 70)], 1)
    assert len(row.cells()) == 2


def test_a_row_is_as_wide_and_as_large_as_its_words() -> None:
    row = Row([word("big", 50, 70, size=16, bold=True), word("small", 75, 90)], 1)
    assert (row.x0, row.x1, row.size, row.text) == (50, 90, 16, "big small")


def test_a_row_is_bold_from_one_end_to_the_other_only() -> None:
    assert Row([word("a", 1, 2, bold=True), word("b", 3, 4, bold=True)], 1).bold
    assert not Row([word("a", 1, 2, bold=True), word("b", 3, 4)], 1).bold
