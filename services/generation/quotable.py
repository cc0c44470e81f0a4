"""The sentences of a source, each with what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.generation.passage import Source
from services.generation.plain_text import plain
from services.generation.sentences import Unit, split_units
from services.generation.terms import content_terms, term_sequence

_SHORTEST = 12
"""Characters below which nothing is said."""
_LONGEST = 600
"""Characters of a sentence that count; what is longer is a table or a listing."""
_LONGEST_PARENT = 120
_EXAMPLE = re.compile(
    r"(?:so,? )?(?:for (?:example|instance)|e\.g|let'?s (?:say|imagine)|imagine|suppose|example)\b",
    re.IGNORECASE,
)
_NEAREST_HEADINGS = 2


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence, list item or table row that may be quoted.

    Attributes:
        source: Where it stands.
        unit: The piece of its text.
        place: Its number among the units of its source.
        words: Its words without markup.
        sequence: Its content words in their order.
        terms: Its content words.
        around: The content words of its neighbours.
        heading: The innermost heading above it; empty where there is none.
        parent: The words of the list item that it is a detail of; empty where it is none.
        nearest: The content words of that heading.
        above: The content words of the title and of the two innermost headings.
        example: Whether it belongs to an example, by how its paragraph begins.
        opens: Whether it is the first under its heading.
        last: Whether nothing follows in its source.
        before_code: Whether code follows.
    """

    source: Source
    unit: Unit
    place: int
    words: str
    sequence: tuple[str, ...]
    terms: frozenset[str]
    around: frozenset[str]
    heading: str
    parent: str
    nearest: frozenset[str]
    above: frozenset[str]
    example: bool
    opens: bool
    last: bool
    before_code: bool

    @property
    def in_context(self) -> str:
        """Its words under their heading, as they are embedded."""
        return ": ".join(part for part in (self.heading, self.parent, self.words) if part)


def quotables(source: Source, language: str) -> Iterator[Quotable]:
    """Yields what can be quoted of a source; code and stumps cannot, but count as neighbours.

    Args:
        source: A source.
        language: ISO 639-1 code of its language.
    """
    units = split_units(source.text)
    words = [plain(unit.text)[:_LONGEST] for unit in units]
    sequences = [term_sequence(text, language) for text in words]
    parents = _parents(units)
    begins: dict[int, str] = {}
    for unit, text in zip(units, words, strict=True):
        begins.setdefault(unit.block, text)
    above: dict[str, _Above] = {}
    for place, unit in enumerate(units):
        if unit.kind == "code" or len(words[place]) < _SHORTEST:
            continue
        opens = unit.heading not in above
        if opens:
            above[unit.heading] = _above(source, unit, language)
        stands = above[unit.heading]
        yield Quotable(
            source=source,
            unit=unit,
            place=place,
            words=words[place],
            sequence=sequences[place],
            terms=frozenset(sequences[place]),
            around=_around(sequences, place, parents[place]),
            heading=stands.heading,
            parent=words[parents[place]][:_LONGEST_PARENT] if parents[place] >= 0 else "",
            nearest=stands.nearest,
            above=stands.all,
            example=bool(_EXAMPLE.match(begins[unit.block])),
            opens=opens,
            last=place == len(units) - 1,
            before_code=units[place + 1 : place + 2] != () and units[place + 1].kind == "code",
        )


@dataclass(frozen=True, slots=True)
class _Above:
    heading: str
    nearest: frozenset[str]
    all: frozenset[str]


def _above(source: Source, unit: Unit, language: str) -> _Above:
    passage = source.passage
    headings = [plain(heading) for heading in passage.heading_path]
    if unit.heading:
        headings.append(plain(unit.heading))
    title = content_terms(passage.title, language)
    named = [content_terms(heading, language) for heading in headings[-_NEAREST_HEADINGS:]]
    nearest = named[-1] if named else title
    heading = headings[-1] if headings else ""
    return _Above(heading, nearest, title.union(*named))


def _parents(units: Sequence[Unit]) -> list[int]:
    """For each unit the place of the list item that it is a detail of; -1 where it is none."""
    parents: list[int] = []
    open_items: list[int] = []
    for place, unit in enumerate(units):
        while open_items and (
            unit.kind != "item"
            or units[open_items[-1]].block != unit.block
            or units[open_items[-1]].indent >= unit.indent
        ):
            open_items.pop()
        parents.append(open_items[-1] if open_items else -1)
        if unit.kind == "item":
            open_items.append(place)
    return parents


def _around(sequences: Sequence[tuple[str, ...]], place: int, parent: int) -> frozenset[str]:
    neighbours = [*sequences[max(0, place - 1) : place], *sequences[place + 1 : place + 2]]
    if parent >= 0:
        neighbours.append(sequences[parent])
    return frozenset(term for sequence in neighbours for term in sequence)
