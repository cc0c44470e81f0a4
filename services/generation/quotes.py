"""Quotes from sources, and the lists that the borders of passages cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from services.generation.passage import Source
from services.generation.sentences import Unit, split_units

_GAP = 3
"""Characters, blank lines, that may lie between two passages that follow each other."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A unit to show, with the source that it stands in."""

    source: Source
    unit: Unit


def introduces(unit: Unit) -> bool:
    """Whether a sentence announces what comes after it."""
    return unit.kind == "sentence" and unit.text.rstrip(" *_`").endswith(":")


def block_at(units: Sequence[Unit], at: int) -> tuple[Unit, ...]:
    """The list or table that a unit belongs to, with the sentence that announces it."""
    first = next(place for place, unit in enumerate(units) if unit.block == units[at].block)
    lead = units[first - 1 : first] if first and introduces(units[first - 1]) else ()
    return (*lead, *(unit for unit in units[first:] if unit.block == units[first].block))


def joined(listed: Sequence[Quote], sources: Sequence[Source]) -> tuple[Quote, ...]:
    """A list with the parts of it that stand at the edges of neighbouring passages.

    Args:
        listed: The list as far as one passage holds it.
        sources: All sources; only those offered can be quoted.
    """
    return (*_before(listed[0], sources), *listed, *_after(listed[-1], sources))


def _before(first: Quote, sources: Sequence[Source]) -> tuple[Quote, ...]:
    if first.unit.kind != "item" or first.unit != split_units(first.source.text)[0]:
        return ()
    source = next((other for other in sources if _follows(first.source, other)), None)
    units = split_units(source.text) if source is not None else ()
    if source is None or not units or units[-1].kind != "item":
        return ()
    quotes = tuple(Quote(source, unit) for unit in block_at(units, len(units) - 1))
    return (*_before(quotes[0], sources), *quotes)


def _after(last: Quote, sources: Sequence[Source]) -> tuple[Quote, ...]:
    if last.unit.kind != "item" or last.unit != split_units(last.source.text)[-1]:
        return ()
    source = next((other for other in sources if _follows(other, last.source)), None)
    units = split_units(source.text) if source is not None else ()
    items = tuple(takewhile(lambda unit: unit.kind == "item", units))
    if source is None or not items:
        return ()
    quotes = tuple(Quote(source, unit) for unit in items)
    return (*quotes, *_after(quotes[-1], sources))


def _follows(later: Source, earlier: Source) -> bool:
    """Whether a passage begins where another one ends."""
    if later.passage.document_id != earlier.passage.document_id or earlier.text != earlier.passage.text:
        return False
    gap = later.passage.start - (earlier.passage.start + len(earlier.passage.text))
    return 0 <= gap <= _GAP
