"""Puts the rows of pages in the order in which they are read, without what each page repeats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from services.retrieval.pdf_rows import Page, Row

MARGIN = 0.12
"""Share of a page's height, at its head and at its foot, in which repeated rows are looked for."""
NUMBER_MARGIN = 0.2
"""Likewise for page numbers, which are told by what they are."""
LEAST_PAGES = 3
"""A document of fewer pages repeats nothing but page numbers."""
REPEATED = 0.4
"""Share of the pages on which a row is repeated: less than half, since left and right ones may differ."""
BESIDE = 0.25
"""Share of rows with another one beside it from which on a page is taken to have columns."""

_RULE = re.compile(r"[\W_]{3,}")
"""Signs in a row that make a line across the page."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|página)?\W{0,3}(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/|von|de)\s*\d{1,4})?\W{0,3}", re.I
)


def in_reading_order(pages: Sequence[Page]) -> list[Row]:
    """Returns the rows of all pages as they are read: a header once, no footers, no page numbers."""
    repeated = _repeated(pages)
    left_out = {key for key, at_head in repeated.items() if not at_head}
    rows: list[Row] = []
    for page in pages:
        kept = [row for row in page.rows if not (_is_in_margin(row, page) and _key(row) in left_out)]
        left_out |= repeated.keys() & {_key(row) for row in page.rows}
        kept = [row for row in kept if not _RULE.fullmatch(row.text)]
        if len(pages) > 1:
            kept = _without_number(kept, page)
        rows.extend(_ordered(kept))
    return rows


def _ordered(rows: list[Row]) -> list[Row]:
    """Returns rows from top to bottom; as the file has them where the page has columns.

    Files are written in reading order more often than not. Where there is one column, the place on the page
    is surer; where there are several, what the file says is.
    """
    by_height = sorted(rows, key=lambda row: -row.y)
    beside = [_are_beside(a, b) for a, b in pairwise(by_height)]
    if sum(beside) > BESIDE * max(len(rows), 1):
        return rows
    ordered: list[Row] = []
    for row in by_height:
        if ordered and _are_beside(ordered[-1], row) and _are_level(ordered[-1], row):
            ordered[-1].words.extend(row.words)
            ordered[-1].words.sort(key=lambda word: word.x0)
        else:
            ordered.append(row)
    return ordered


def _are_beside(one: Row, other: Row) -> bool:
    apart = one.x1 <= other.x0 or other.x1 <= one.x0
    return apart and abs(one.y - other.y) < 0.8 * min(one.size, other.size)


def _are_level(one: Row, other: Row) -> bool:
    larger, smaller = max(one.size, other.size), min(one.size, other.size)
    return abs(one.y - other.y) < 0.35 * smaller and larger <= 1.3 * smaller


def _repeated(pages: Sequence[Page]) -> dict[str, bool]:
    """Returns rows that many pages have in their margins, and whether they stand at the head."""
    if len(pages) < LEAST_PAGES:
        return {}
    seen: Counter[str] = Counter()
    at_head: dict[str, bool] = {}
    for page in pages:
        found = {_key(row): row.y > page.height / 2 for row in page.rows if _is_in_margin(row, page)}
        seen.update(found.keys())
        at_head |= found
    least = max(LEAST_PAGES, REPEATED * len(pages))
    return {key: at_head[key] for key, count in seen.items() if count >= least}


def _without_number(rows: list[Row], page: Page) -> list[Row]:
    numbers = {
        id(row)
        for row in _ends(rows)
        if _is_in_margin(row, page, NUMBER_MARGIN) and _PAGE_NUMBER.fullmatch(row.text)
    }
    return [row for row in rows if id(row) not in numbers]


def _ends(rows: Iterable[Row]) -> list[Row]:
    """Returns the topmost and the lowest row."""
    by_height = sorted(rows, key=lambda row: row.y)
    return [*by_height[:1], *by_height[-1:]]


def _is_in_margin(row: Row, page: Page, margin: float = MARGIN) -> bool:
    return not margin * page.height < row.y < (1 - margin) * page.height


def _key(row: Row) -> str:
    return _DIGITS.sub("#", row.text.casefold())
