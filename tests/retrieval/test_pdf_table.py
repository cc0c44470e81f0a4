"""The columns of a table."""

from __future__ import annotations

from services.retrieval.pdf_rows import Row, Word
from services.retrieval.pdf_table import table_lines


def row(*cells: tuple[str, float, float]) -> Row:
    return Row([Word(text, x0, x1, 700, 10) for text, x0, x1 in cells], 1)


def test_cells_go_where_their_column_is() -> None:
    rows = [
        row(("Code", 50, 80), ("Place", 150, 180), ("Count", 250, 280)),
        row(("SKU-1", 50, 85), ("450", 260, 280)),
        row(("B-07", 150, 175), ("7", 275, 280)),
    ]
    assert table_lines(rows) == ["Code | Place | Count", "SKU-1 | | 450", "| B-07 | 7"]


def test_a_lonely_cell_makes_no_column() -> None:
    rows = [
        row(("Code", 50, 80), ("Place", 150, 180)),
        row(("(a note over all columns)", 50, 200)),
        row(("SKU-1", 50, 85), ("B-07", 150, 180)),
    ]
    assert table_lines(rows) == ["Code | Place", "(a note over all columns) |", "SKU-1 | B-07"]


def test_cells_that_cross_every_column_stay_apart_row_by_row() -> None:
    rows = [row(("one", 50, 120), ("two", 150, 300)), row(("a long first", 50, 180), ("end", 250, 300))]
    assert table_lines(rows) == ["one | two", "a long first | end"]
