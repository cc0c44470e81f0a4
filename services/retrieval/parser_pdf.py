"""Parses PDF documents: headings by their fonts, tables by their columns, paragraphs by their lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from services.retrieval.line_joining import Line, LineJoiner
from services.retrieval.own_metadata import metadata_of
from services.retrieval.page_order import in_reading_order
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument, Unreadable
from services.retrieval.pdf_pages import read_pdf
from services.retrieval.pdf_rows import Row
from services.retrieval.pdf_table import table_lines

LARGER = 1.12
"""A row so many times larger than the text is a heading."""
LONGEST_HEADING = 200
LONGEST_BOLD_HEADING = 90
MOST_BOLD = 0.3
"""Share of bold rows from which on bold says nothing."""
DEEPEST = 6
SHORT = 0.7
"""A line that is shorter than so much of the longest below its beginning was ended on purpose."""

_COLUMN = 40
"""Points by which lines of one column may begin at different places."""

_BULLET = re.compile(r"[•‣▪●○◦■□–*\u00b7\uf0b7\uf0a7-]")
_NUMBER = re.compile(r"(?:\d{1,3}|[a-zA-Z])[.)]")
_ENDS_SENTENCE = re.compile(r"[.!?:。！？؟][\"'”’)\]]*$")
_NO_TITLE = re.compile(
    r"^\W*(?:untitled|anonymous|unspecified)\b|microsoft (?:word|powerpoint|excel)|\.\w{2,5}$|[/\\]|^\W*$",
    re.I,
)
_PDF_TIME = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:([+-])(\d\d)'?(\d\d)?|Z)?")


def parse_pdf(content: bytes) -> ParsedDocument:
    """Returns the text of a PDF with the pages of its blocks.

    Raises:
        Unreadable: It needs a password, is damaged, too large, or a scan without text.
    """
    pdf = read_pdf(content)
    rows = in_reading_order(pdf.pages)
    if not rows and pdf.pictures:
        raise Unreadable("scan", "The PDF's pages are pictures without text; run OCR and send the result.")
    writer = _PdfWriter(rows)
    writer.write()
    title = pdf.info.get("Title", "")
    parsed = writer.document.finish("" if _NO_TITLE.search(title) else title)
    said: dict[str, object] = {"keywords": pdf.info.get("Keywords", "")}
    said["updated"] = _time(pdf.info.get("ModDate", "") or pdf.info.get("CreationDate", ""))
    return replace(parsed, metadata=metadata_of(said))


class _PdfWriter:
    """Writes the rows of one document as blocks."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.document = DocumentWriter()
        self._rows = rows
        self._joiner = LineJoiner(Line(row.text, row.hyphen) for row in rows)
        self._body = _usual_size(rows)
        self._leading = _usual_leading(rows)
        self._levels = _levels({row.size for row in rows if self._is_larger(row)})
        self._margins = _margins(rows)
        self._bold_says = sum(row.bold for row in rows) <= MOST_BOLD * len(rows)

    def write(self) -> None:
        position = 0
        while position < len(self._rows):
            self.document.page = self._rows[position].page
            position = self._write_from(position)

    def _write_from(self, position: int) -> int:
        """Writes the block that begins at a row, and returns where the next one does."""
        row = self._rows[position]
        if level := self._level(position):
            return self._heading(position, level)
        end = self._table_end(position)
        if end - position > 1:
            self.document.block("table", "\n".join(table_lines(self._rows[position:end])))
            return end
        if _is_item(row):
            return self._list(position)
        end = position + 1
        while end < len(self._rows) and not self._is_break(end) and self._goes_on(end):
            end += 1
        rows = self._rows[position:end]
        self.document.block("paragraph", self._joined(rows), self._turns(rows))
        return end

    def _turns(self, rows: Sequence[Row]) -> list[tuple[int, int]]:
        """Returns where in the joined rows a page begins, and which."""
        starts = self._joiner.starts(self._lines(rows))
        pairs = zip(starts[1:], pairwise(rows), strict=True)
        return [(start, row.page) for start, (before, row) in pairs if row.page != before.page]

    def _heading(self, position: int, level: int) -> int:
        end = position + 1
        first = self._rows[position]
        while end < len(self._rows) and self._is_same_heading(first, self._rows[end - 1], end):
            end += 1
        self.document.heading(self._joined(self._rows[position:end]), level)
        return end

    def _is_same_heading(self, first: Row, before: Row, position: int) -> bool:
        row = self._rows[position]
        near = row.page == before.page and 0 < before.y - row.y < 1.7 * row.size
        return (
            near and abs(row.size - first.size) < 0.5 and self._level(position) == self._level(position - 1)
        )

    def _list(self, position: int) -> int:
        lines: list[list[Row]] = []
        end = position
        while end < len(self._rows) and not self._level(end):
            if _is_item(self._rows[end]):
                lines.append([])
            elif self._is_break(end, indented=True):
                break
            lines[-1].append(self._rows[end])
            end += 1
        self.document.block("list", "\n".join(_as_item(self._joined(rows)) for rows in lines))
        return end

    def _goes_on(self, position: int) -> bool:
        row = self._rows[position]
        return not (self._level(position) or _is_item(row)) and self._table_end(position) - position < 2

    def _is_break(self, position: int, *, indented: bool = False) -> bool:
        """Whether a paragraph or a list ends before a row.

        Args:
            position: Which row.
            indented: Lines that begin further right than the one before go on.
        """
        before, row = self._rows[position - 1], self._rows[position]
        ended = _ENDS_SENTENCE.search(before.text) is not None
        if before.hyphen:
            return False
        if row.page != before.page or row.y >= before.y:
            return ended or not row.text[:1].islower()
        if abs(row.size - before.size) > 0.15 * before.size:
            return True
        gap = (before.y - row.y) / max(before.size, row.size)
        if gap > max(1.25 * self._leading, self._leading + 0.2):
            return True
        if indented:
            return row.x0 < before.x0 - row.size and ended
        return ended and (row.x0 > before.x0 + 0.8 * row.size or row.x0 + 20 * row.size < before.x0)

    def _table_end(self, position: int) -> int:
        """Returns where the run of rows with several cells ends that begins here.

        A row with one cell belongs to it if it goes on after that: it continues a cell above it.
        """
        end = position
        while self._is_table_row(end, position):
            end += 1
            if self._is_table_row(end + 1, position) and self._continues_cell(end):
                end += 1
        return end

    def _is_table_row(self, position: int, first: int) -> bool:
        if position >= len(self._rows) or self._rows[position].page != self._rows[first].page:
            return False
        row = self._rows[position]
        return len(row.cells()) > 1 and not _is_item(row) and not self._level(position)

    def _continues_cell(self, position: int) -> bool:
        before, row = self._rows[position - 1], self._rows[position]
        near = 0 < before.y - row.y < 1.5 * self._leading * row.size
        return (
            near
            and len(row.cells()) == 1
            and len(row.text) <= LONGEST_BOLD_HEADING
            and not self._level(position)
        )

    def _level(self, position: int) -> int:
        """Returns the level of a heading, 0 for other rows."""
        row = self._rows[position]
        text = row.text
        if not any(character.isalpha() for character in text) or len(text) > LONGEST_HEADING:
            return 0
        if len(row.cells()) > 1:
            return 0
        if self._is_larger(row):
            return self._levels[row.size]
        return self._bold_level(position) if row.bold and self._bold_says else 0

    def _bold_level(self, position: int) -> int:
        row = self._rows[position]
        before = self._rows[position - 1] if position else None
        stands_apart = before is None or before.bold or before.y - row.y > 1.15 * self._leading * row.size
        stands_apart = stands_apart or (before is not None and (before.page != row.page or row.y > before.y))
        long = len(row.text) > LONGEST_BOLD_HEADING
        ends = row.text.endswith((".", ",", ";", ":"))
        if long or ends or not stands_apart or row.size < 0.9 * self._body:
            return 0
        return min(max(self._levels.values(), default=0) + 1, DEEPEST)

    def _is_larger(self, row: Row) -> bool:
        return row.size > LARGER * self._body

    def _joined(self, rows: Sequence[Row]) -> str:
        return self._joiner.joined(self._lines(rows))

    def _lines(self, rows: Sequence[Row]) -> list[Line]:
        return [Line(row.text, row.hyphen, self._is_short(row)) for row in rows]

    def _is_short(self, row: Row) -> bool:
        margin = self._margins[row.page, int(row.x0 / _COLUMN)]
        return row.x1 < row.x0 + SHORT * (margin - row.x0)


def _levels(sizes: set[float]) -> dict[float, int]:
    """Returns the level of each size of headings; sizes that differ by little are of one level."""
    levels: dict[float, int] = {}
    level, largest = 0, 0.0
    for size in sorted(sizes, reverse=True):
        if not level or size < largest / 1.07:
            level, largest = min(level + 1, DEEPEST), size
        levels[size] = level
    return levels


def _margins(rows: Sequence[Row]) -> dict[tuple[int, int], float]:
    """Returns the right end of the longest row by page and by where rows begin."""
    margins: dict[tuple[int, int], float] = {}
    for row in rows:
        place = (row.page, int(row.x0 / _COLUMN))
        margins[place] = max(margins.get(place, 0.0), row.x1)
    return margins


def _usual_size(rows: Sequence[Row]) -> float:
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[row.size] += len(row.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=1.0)


def _usual_leading(rows: Sequence[Row]) -> float:
    """Returns the usual distance between two baselines, in sizes of the font."""
    gaps = [
        (before.y - row.y) / row.size
        for before, row in pairwise(rows)
        if before.page == row.page and 0.5 < (before.y - row.y) / row.size < 2.5
    ]
    return median(gaps) if gaps else 1.2


def _is_item(row: Row) -> bool:
    first = row.words[0].text
    if len(row.words) < 2:
        return (
            len(first) > 1
            and _BULLET.match(first) is not None
            and first[1].isalpha()
            and first[0] not in "-–*"
        )
    return _BULLET.fullmatch(first) is not None or _NUMBER.fullmatch(first) is not None


def _as_item(text: str) -> str:
    mark, _, rest = text.partition(" ")
    return f"- {rest}" if _BULLET.fullmatch(mark) else text


def _time(text: str) -> str:
    """Returns a time of a PDF as RFC 3339, or ""."""
    match = _PDF_TIME.match(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes = match.groups()
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "Z"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}"
