"""Splits a passage into the sentences, list items and code blocks that can be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.generation.blocks import UnitKind, spans

_WHOLE = re.compile(r"`[^`\n]+`|\[[^\[\]]*\]\([^()]*\)")
"""Code and links are not cut in two."""
# A run of stops is looked at once, from its beginning: from each of them it would be long work for nothing.
_END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_`]*(?:\[\d{1,3}\])*(?=\s+[^\s])|(?<![。！？])[。！？]++[」』”]*"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|dept|est|ex|fig|inc|ltd|no|p|pp|sec|st|dr|mr|mrs|ms|prof|jr|sr|bzw|z\.B|"
    r"d\.h|u\.a|ca|c|usw|ej|sra)|\b[A-Za-z])\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 12
"""Characters, its full stop and the one before it included, with some to spare."""
_INK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Unit:
    """One quotable piece of a passage.

    Attributes:
        kind: What it is.
        text: Its words, a verbatim slice of the passage.
        start: Where the slice begins in the passage.
        block: Number of the paragraph, list, table or code block that it belongs to.
        indent: Columns before a list item.
        heading: The heading in the passage's text that it stands under; empty where there is none.
    """

    kind: UnitKind
    text: str
    start: int
    block: int
    indent: int = 0
    heading: str = ""


def split_units(text: str) -> tuple[Unit, ...]:
    """Returns the quotable units of a passage, in order; headings and markup are none."""
    units: list[Unit] = []
    for span in spans(text):
        if span.kind == "sentence":
            cuts = sentence_spans(text, span.start, span.end)
            units += [
                Unit("sentence", text[start:end], start, span.block, heading=span.heading)
                for start, end in cuts
            ]
        else:
            piece = text[span.start : span.end].rstrip()
            units.append(Unit(span.kind, piece, span.start, span.block, span.indent, span.heading))
    return tuple(units)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yields the (start, end) of each sentence of a stretch of prose, without surrounding space."""
    end = len(text) if end is None else end
    whole = _WHOLE.finditer(text, start, end)
    within = next(whole, None)
    begin = start
    for match in _END.finditer(text, start, end):
        at = match.end()
        while within is not None and within.end() <= at:
            within = next(whole, None)
        if (within is not None and within.start() < at) or not ends_sentence(text, begin, at, end):
            continue
        yield from _trimmed(text, begin, at)
        begin = at
    yield from _trimmed(text, begin, end)


def ends_sentence(text: str, begin: int, at: int, end: int) -> bool:
    """Whether the sentence that begins at one place has ended at another, just past its full stop."""
    following = _INK.search(text, at, end)
    if following is None or text[at - 1] in "。！？」』":
        return True
    near = max(begin, at - _LONGEST_ABBREVIATION)
    return not following[0].islower() and not _ABBREVIATION.search(text, near, at)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    if piece.strip():
        yield start + lead, start + len(piece.rstrip())
