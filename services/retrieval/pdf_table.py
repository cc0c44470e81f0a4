"""Tells the columns of a table by where its cells stand on the page."""

from __future__ import annotations

from collections.abc import Sequence

from services.retrieval.parsed_document import single_line
from services.retrieval.pdf_rows import Row, Word


def table_lines(rows: Sequence[Row]) -> list[str]:
    """Returns rows with their cells in columns; a column is where no cell crosses the space beside it."""
    cells = [row.cells() for row in rows]
    columns = _columns([_extent(cell) for row in cells if len(row) > 1 for cell in row])
    lines = []
    for row in cells:
        places = [""] * len(columns)
        for cell in row:
            left = _extent(cell)[0]
            place = max(sum(start <= left for start, _ in columns) - 1, 0)
            words = " ".join(word.text for word in cell)
            places[place] = f"{places[place]} {words}".strip()
        lines.append(single_line(" | ".join(places)))
    if len(columns) < 2:  # a cell that spans them all: only the rows themselves tell their cells apart
        lines = [" | ".join(" ".join(word.text for word in cell) for cell in row) for row in cells]
    return lines


def _extent(cell: Sequence[Word]) -> tuple[float, float]:
    return min(word.x0 for word in cell), max(word.x1 for word in cell)


def _columns(extents: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    columns: list[tuple[float, float]] = []
    for left, right in sorted(extents):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns
