"""Parses workbooks, the only file that imports openpyxl."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from services.retrieval.office_package import DAMAGED, check_package
from services.retrieval.own_metadata import metadata_of
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument, Unreadable, single_line

MAX_SHEETS = 500
MAX_COLUMNS = 256
MAX_CELLS = 1_000_000
"""Cells with something in them, of all sheets together."""


def parse_xlsx(content: bytes) -> ParsedDocument:
    """Returns a workbook sheet by sheet; rows that touch each other are one table, below the sheet's name.

    Formulas count by the values that were last computed. Hidden sheets are left out.

    Raises:
        Unreadable: It is damaged, encrypted, too large or dangerous to read.
    """
    check_package(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            return _read(book)
        finally:
            book.close()
    except (InvalidFileException, *DAMAGED):
        raise Unreadable("corrupt", "The file is no workbook, or is damaged; save it anew.") from None


def _read(book: Any) -> ParsedDocument:
    if len(book.worksheets) > MAX_SHEETS:
        raise Unreadable("too_large", f"The workbook has more than {MAX_SHEETS} sheets; split it.")
    writer = DocumentWriter()
    cells = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        tables = []
        for table in _tables(sheet):
            cells += sum(len(row) for row in table)
            if cells > MAX_CELLS:
                raise Unreadable("too_large", f"The workbook has more than {MAX_CELLS:,} cells; split it.")
            tables.append(table)
        if tables:
            writer.heading(sheet.title, 1)
        for table in tables:
            lines = [" | ".join(row).strip() for row in table]
            writer.block("table" if any(len(row) > 1 for row in table) else "paragraph", "\n".join(lines))
    properties = book.properties
    said: dict[str, object] = {"keywords": properties.keywords or "", "updated": properties.modified}
    title = properties.title or ""
    parsed = writer.finish(title)
    return replace(parsed, title=single_line(title), metadata=metadata_of(said))


def _tables(sheet: Any) -> Iterator[list[list[str]]]:
    """Yields runs of rows with something in them, without the empty columns at their left and right."""
    rows: list[list[str]] = []
    # The sheet's own dimensions may be wrong, or claim a million columns.
    sheet.reset_dimensions()
    for values in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):
        if any(value is not None for value in values):
            rows.append([_shown(value) for value in values])
        if rows and (not any(rows[-1]) or all(value is None for value in values)):
            yield from _trimmed([row for row in rows if any(row)])
            rows = []
    yield from _trimmed(rows)


def _trimmed(rows: Sequence[list[str]]) -> Iterator[list[list[str]]]:
    filled = [[place for place, text in enumerate(row) if text] for row in rows if any(row)]
    if filled:
        first, last = min(places[0] for places in filled), max(places[-1] for places in filled)
        yield [row[first : last + 1] for row in rows if any(row)]


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, float):
        return f"{value:.10g}"
    return single_line(str(value))
