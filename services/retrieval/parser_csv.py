"""Parses tables of comma, semicolon, tab or bar separated values."""

from __future__ import annotations

import csv
import io

from services.retrieval.parsed_document import DocumentWriter, ParsedDocument, Unreadable, single_line

MAX_CELLS = 1_000_000

_SAMPLE = 8192
_SEPARATORS = ",;\t|"


def parse_csv(source: str) -> ParsedDocument:
    """Returns the rows as one table, the first of them its header.

    Raises:
        Unreadable: It has too many cells, or one that is longer than any cell.
    """
    lines: list[str] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(source, newline=""), delimiter=_separator(source)):
            cells += len(row)
            if cells > MAX_CELLS:
                raise Unreadable("too_large", f"The table has more than {MAX_CELLS:,} cells; split it.")
            if any(cell.strip() for cell in row):
                lines.append(" | ".join(single_line(cell) for cell in row).strip())
    except csv.Error:
        raise Unreadable("corrupt", "The table has a cell without an end; check its quotes.") from None
    writer = DocumentWriter()
    writer.block("table", "\n".join(lines))
    return writer.finish()


def _separator(source: str) -> str:
    """Returns the separator that stands most often in the first line that has one."""
    for line in source[:_SAMPLE].splitlines():
        best = max(_SEPARATORS, key=line.count)
        if best in line:
            return best
    return ","
