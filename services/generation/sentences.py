"""Splits a passage into the sentences, list items and code blocks that can be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.generation.blocks import UnitKind, spans

_WHOLE = re.compile(r"`[^`\n]+`|\[[^\[\]]*\]\([^()]*\)")
"""Code and links are not cut in two."""
_END = re.compile(r"[.!?…]+[\"'”’»)\]*_`]*(?:\[\d{1,3}\])*(?=\s+[^\s])|[。！？]+[」』”]*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|dept|est|ex|fig|inc|ltd|no|p|pp|sec|st|dr|mr|mrs|ms|prof|jr|sr|bzw|z\.B|"
    r"d\.h|u\.a|ca|c|usw|ej|sra)|\b[A-Za-z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One quotable piece of a passage.

    Attributes:
        kind: What it is.
        text: Its words, a verbatim slice of the passage.
        start: Where the slice begins in the passage.
        block: Number of the paragraph, list, table or code block that it belongs to.
        indent: Columns before a list item.
    """

    kind: UnitKind
    text: str
    start: int
    block: int
    indent: int = 0


def split_units(text: str) -> tuple[Unit, ...]:
    """Returns the quotable units of a passage, in order; headings and markup are none."""
    units: list[Unit] = []
    for span in spans(text):
        if span.kind == "sentence":
            cuts = sentence_spans(text, span.start, span.end)
            units += [Unit("sentence", text[start:end], start, span.block) for start, end in cuts]
        else:
            piece = text[span.start : span.end].rstrip()
            units.append(Unit(span.kind, piece, span.start, span.block, span.indent))
    return tuple(units)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yields the (start, end) of each sentence of a stretch of prose, without surrounding space."""
    end = len(text) if end is None else end
    whole = [match.span() for match in _WHOLE.finditer(text, start, end)]
    begin = start
    for match in _END.finditer(text, start, end):
        at = match.end()
        if any(a < at < b for a, b in whole) or not _ends_sentence(text, begin, at, end):
            continue
        yield from _trimmed(text, begin, at)
        begin = at
    yield from _trimmed(text, begin, end)


def _ends_sentence(text: str, begin: int, at: int, end: int) -> bool:
    rest = text[at:end].lstrip()
    if not rest or text[at - 1] in "。！？」』":
        return True
    return not rest[0].islower() and not _ABBREVIATION.search(text[begin:at])


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    if piece.strip():
        yield start + lead, start + len(piece.rstrip())
