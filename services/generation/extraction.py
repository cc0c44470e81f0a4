"""Chooses what to quote: the few sentences, the list or the code that answer a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.generation.answer_type import FACTS, WAYS, AnswerType
from services.generation.passage import Source
from services.generation.quotes import Quote, block_at, introduces, joined
from services.generation.sentence_ranking import Candidate
from services.generation.sentences import Unit, split_units

_MOST_CHARACTERS = 900
_ENOUGH, _FACT_CHARACTERS, _SECOND = 380, 180, 200
"""Characters that the stretch around the best sentence takes at most; for a fact; for a second stretch."""
_ROOM_FOR_MORE = 650
"""Characters up to which an answer is short enough for a second stretch."""
_PLAIN = 1.0
"""How far ahead of all others, in relevance, a sentence must be to state a fact alone."""
_GOES_ON = 1.0
"""What a sentence has ahead for following, rather than preceding, what is quoted."""
_MOST_FURTHER, _MOST_FACTS = 2, 2
"""Further sentences beside the best."""
_ALL = 1000
_UNKNOWN = -100.0
_CLOSE = 0.7
"""How far behind the best, in relevance, a further sentence may be; beyond it answers become dumps."""
_FURTHER, _FACT_FURTHER = 2.5, 2.0
"""The same for the beginning of a second stretch, from another source."""
_BELONGS = 2.5
"""How far behind the best an item may be to count as being about the question."""
_TOGETHER = 0.5
"""Share of a list's items that must be about the question for the list to be shown whole."""
_ALIKE = 0.6
"""Share of common content words from which one of two sentences is enough."""
_MOST_ITEMS = 10
_MOST_CODE_LINES = 30
_REACH = 3
"""Units after the best sentence among which the steps of a procedure are looked for."""
_ANNOUNCED = 8
"""The same for a sentence that announces a list."""
_LEANING = (
    "it ", "its ", "this ", "that ", "these ", "those ", "they ", "he ", "she ", "such ", "however", "but ",
    "and ", "also", "therefore", "then ", "otherwise", "in this case", "in that case", "for example",
    "as noted",     "so ", "so, ", "here ", "or ",
)  # fmt: skip
"""How sentences begin that do not stand alone."""


def choose(ranked: Sequence[Candidate], kind: AnswerType) -> tuple[Quote, ...]:
    """Returns what answers the question, in reading order: by passage, then as in the document.

    Args:
        ranked: Sentences of the sources, the likeliest first.
        kind: What the question asks for.
    """
    if not ranked:
        return ()
    best = ranked[0]
    listed = _list_around(best, ranked, kind)
    if listed:
        return _with_code([*listed, *_besides(listed, ranked, kind)], kind)
    shown = {best.source: {best.place}}
    if kind not in FACTS or not _is_plain(ranked):
        shown[best.source] = _stretch(best, ranked, _room(kind))
        for candidate in _further(ranked, kind, shown):
            stretch = {candidate.place} if kind in FACTS else _stretch(candidate, ranked, _SECOND)
            shown.setdefault(candidate.source, set()).update(stretch)
    return _with_code(
        [quote for source, places in shown.items() for quote in _read_well(source, places)], kind
    )


def _besides(listed: Sequence[Quote], ranked: Sequence[Candidate], kind: AnswerType) -> Iterator[Quote]:
    """What another source says beside a list that is short."""
    if sum(len(quote.unit.text) for quote in listed) <= _ROOM_FOR_MORE:
        sources = {quote.source: set(range(_ALL)) for quote in listed}
        for candidate in _further(ranked, kind, sources)[:1]:
            yield from _read_well(candidate.source, _stretch(candidate, ranked, _SECOND))


def _is_plain(ranked: Sequence[Candidate]) -> bool:
    """Whether the best sentence names what is asked for, and no other comes near."""
    behind = ranked[1].relevance if len(ranked) > 1 else float("-inf")
    return ranked[0]["fact"] == 1.0 and ranked[0].relevance - behind >= _PLAIN


def _room(kind: AnswerType) -> int:
    return _FACT_CHARACTERS if kind in FACTS else _ENOUGH


def _list_around(best: Candidate, ranked: Sequence[Candidate], kind: AnswerType) -> tuple[Quote, ...]:
    """The list that answers, whole if it is about the question; its items that are, if it is not."""
    units = split_units(best.source.text)
    listed = tuple(Quote(best.source, unit) for unit in _list_at(units, best.place, kind))
    if not listed:
        return ()
    if kind == "procedure" or _hangs_together(listed, ranked):
        sources = tuple(dict.fromkeys(candidate.source for candidate in ranked))
        return _fitting(joined(listed, sources), ranked, kind)
    return _picked(listed, ranked) if best.unit.kind == "item" else ()


def _picked(listed: Sequence[Quote], ranked: Sequence[Candidate]) -> tuple[Quote, ...]:
    """What introduces a list and those of its items that are about the question, with what they detail."""
    floor = ranked[0].relevance - _CLOSE
    wanted = {candidate.unit for candidate in ranked if candidate.relevance >= floor}
    kept: list[Quote] = []
    indent = None
    for quote in reversed(listed):
        unit = quote.unit
        outer = indent is not None and unit.kind == "item" and unit.indent < indent
        if unit in wanted or outer or introduces(unit):
            kept.append(quote)
            indent = unit.indent if unit.kind == "item" else indent
    return tuple(reversed(kept))[: _MOST_ITEMS + 1]


def _further(
    ranked: Sequence[Candidate], kind: AnswerType, shown: Mapping[Source, set[int]]
) -> tuple[Candidate, ...]:
    """The next sentences that are about as good as the best and say something else."""
    best = ranked[0]
    floor = best.relevance - (_FACT_FURTHER if kind in FACTS else _FURTHER)
    return tuple(
        candidate
        for candidate in ranked[1:]
        if candidate.relevance >= floor
        and candidate.place not in shown.get(candidate.source, ())
        and candidate.unit.kind == "sentence"
        and not introduces(candidate.unit)
        and not _alike(candidate.terms, best.terms)
    )[: _MOST_FACTS if kind in FACTS else _MOST_FURTHER]


def _list_at(units: Sequence[Unit], at: int, kind: AnswerType) -> tuple[Unit, ...]:
    """The list that a unit introduces, is part of, or (for procedures) leads to, with what introduces it."""
    if units[at].kind == "item":
        return block_at(units, at)
    announced = introduces(units[at])
    if units[at].kind != "sentence" or not (announced or kind == "procedure"):
        return ()
    reach = _ANNOUNCED if announced else _REACH
    for i in range(at + 1, min(at + 1 + reach, len(units))):
        if units[i].kind == "item":
            between = units[at + 1 : i] if i - at <= _REACH else ()
            items = (unit for unit in units[i:] if unit.block == units[i].block)
            return (units[at], *between, *items)
    return ()


def _hangs_together(listed: Sequence[Quote], ranked: Sequence[Candidate]) -> bool:
    """Whether a list as a whole is about the question, rather than one of its items."""
    if introduces(ranked[0].unit):
        return True
    about = {candidate.unit for candidate in ranked if candidate.relevance >= ranked[0].relevance - _BELONGS}
    items = [quote.unit in about for quote in listed if quote.unit.kind == "item"]
    return sum(items) >= _TOGETHER * len(items)


def _fitting(listed: Sequence[Quote], ranked: Sequence[Candidate], kind: AnswerType) -> tuple[Quote, ...]:
    """A list that is too long loses its details; if it is no procedure, also what does not matter here."""
    if _fits(listed):
        return tuple(listed)
    outermost = min(quote.unit.indent for quote in listed if quote.unit.kind == "item")
    top = tuple(quote for quote in listed if quote.unit.kind != "item" or quote.unit.indent == outermost)
    if kind == "procedure" or _fits(top):
        return top[: _MOST_ITEMS + 1]
    return _picked(listed, ranked)


def _fits(quotes: Sequence[Quote]) -> bool:
    return (
        len(quotes) <= _MOST_ITEMS + 1 and sum(len(quote.unit.text) for quote in quotes) <= _MOST_CHARACTERS
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller == 0 or len(one & other) >= _ALIKE * smaller


def _stretch(best: Candidate, ranked: Sequence[Candidate], room: int) -> set[int]:
    """The best sentence with those around it, the likelier side first, until enough is said."""
    units = split_units(best.source.text)
    relevance = {
        candidate.place: candidate.relevance for candidate in ranked if candidate.source == best.source
    }
    first = last = best.place
    if best.unit.kind != "sentence":
        return {best.place}
    room -= len(best.unit.text)
    while True:
        sides = [
            (relevance.get(place, _UNKNOWN) + (place > last) * _GOES_ON, place)
            for place in (first - 1, last + 1)
            if 0 <= place < len(units)
            and _belongs(units, place, best.place)
            and len(units[place].text) <= room
        ]
        if not sides:
            return set(range(first, last + 1))
        place = max(sides)[1]
        room -= len(units[place].text)
        first, last = min(first, place), max(last, place)


def _belongs(units: Sequence[Unit], at: int, to: int) -> bool:
    """Whether a unit may be quoted together with another one of its source."""
    unit = units[at]
    return unit.kind == "sentence" and unit.heading == units[to].heading and not introduces(unit)


def _read_well(source: Source, places: set[int]) -> list[Quote]:
    """The sentences in their order, and before a leaning one what it leans on."""
    units = split_units(source.text)
    wanted = set(places)
    for at in sorted(places):
        before = at - 1
        while before >= 0 and before not in wanted and _leans(units[before], units[before + 1]):
            wanted.add(before)
            before -= 1
    return [Quote(source, units[at]) for at in sorted(wanted)]


def _leans(before: Unit, unit: Unit) -> bool:
    return (
        before.kind == "sentence"
        and unit.kind == "sentence"
        and (unit.text.lower().startswith(_LEANING) or unit.text[:1].islower())
    )


def _with_code(quotes: Sequence[Quote], kind: AnswerType) -> tuple[Quote, ...]:
    """Puts the code that a sentence announces after it, whole, where code or a way to do it is asked for."""
    if kind not in WAYS:
        return tuple(quotes)
    shown: list[Quote] = []
    for quote in quotes:
        shown.append(quote)
        units = split_units(quote.source.text)
        after = units[units.index(quote.unit) + 1 :][:1]
        if after and after[0].kind == "code" and after[0].text.count("\n") <= _MOST_CODE_LINES:
            shown.append(Quote(quote.source, after[0]))
    return tuple(shown)
