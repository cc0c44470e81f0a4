"""Chooses what to quote: the few sentences, the list or the code that answer a question."""

from __future__ import annotations

from collections.abc import Sequence

from services.generation.answer_type import AnswerType
from services.generation.quotes import Quote, block_at, introduces, joined
from services.generation.sentence_ranking import Candidate
from services.generation.sentences import Unit, split_units

MOST_SENTENCES = 4
_MOST_CHARACTERS = 900
_CLOSE = 0.90
"""Share of the best relevance that a further sentence must reach; below it answers become dumps."""
_TOGETHER = 0.75
"""Share of the best relevance that a list's items must reach on average to be shown whole."""
_FACTS: frozenset[AnswerType] = frozenset({"time", "number", "person", "place"})
"""What one or two sentences answer."""
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
    "also", "therefore", "then ", "otherwise", "in this case", "in that case", "for example", "as noted",
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
    units = split_units(best.source.text)
    listed = tuple(Quote(best.source, unit) for unit in _list_at(units, units.index(best.unit), kind))
    if listed and (kind == "procedure" or _hangs_together(listed, ranked)):
        sources = tuple(dict.fromkeys(candidate.source for candidate in ranked))
        return _fitting(joined(listed, sources), ranked, kind)
    return _with_code(_read_well(_sentences(ranked, kind)), kind)


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
    relevance = {candidate.unit: candidate.relevance for candidate in ranked}
    items = [relevance.get(quote.unit, 0.0) for quote in listed if quote.unit.kind == "item"]
    return introduces(ranked[0].unit) or sum(items) >= _TOGETHER * ranked[0].relevance * len(items)


def _fitting(listed: Sequence[Quote], ranked: Sequence[Candidate], kind: AnswerType) -> tuple[Quote, ...]:
    """A list that is too long loses its details; if it is no procedure, also what does not matter here."""
    if _fits(listed):
        return tuple(listed)
    outermost = min(quote.unit.indent for quote in listed if quote.unit.kind == "item")
    top = tuple(quote for quote in listed if quote.unit.kind != "item" or quote.unit.indent == outermost)
    if kind == "procedure" or _fits(top):
        return top[: _MOST_ITEMS + 1]
    floor = ranked[0].relevance * _CLOSE
    wanted = {candidate.unit for candidate in ranked if candidate.relevance >= floor}
    return tuple(quote for quote in listed if quote.unit in wanted or introduces(quote.unit))[
        : _MOST_ITEMS + 1
    ]


def _fits(quotes: Sequence[Quote]) -> bool:
    return (
        len(quotes) <= _MOST_ITEMS + 1 and sum(len(quote.unit.text) for quote in quotes) <= _MOST_CHARACTERS
    )


def _sentences(ranked: Sequence[Candidate], kind: AnswerType) -> list[Candidate]:
    best = ranked[0]
    most = 2 if kind in _FACTS else MOST_SENTENCES
    chosen = [best]
    size = len(best.words)
    for candidate in ranked[1:]:
        size += len(candidate.words)
        if len(chosen) == most or candidate.relevance < best.relevance * _CLOSE:
            break
        if candidate.unit.kind != "sentence" or introduces(candidate.unit) or size > _MOST_CHARACTERS:
            size -= len(candidate.words)
        elif not any(_alike(candidate.terms, other.terms) for other in chosen):
            chosen.append(candidate)
    return chosen


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller == 0 or len(one & other) >= _ALIKE * smaller


def _read_well(chosen: Sequence[Candidate]) -> tuple[Quote, ...]:
    """Groups by passage in the order of relevance, and puts before a leaning sentence what it leans on."""
    quotes: list[Quote] = []
    for source in dict.fromkeys(candidate.source for candidate in chosen):
        units = split_units(source.text)
        shown = {units.index(candidate.unit) for candidate in chosen if candidate.source == source}
        shown |= {at - 1 for at in shown if at and _leans(units[at - 1], units[at])}
        quotes += [Quote(source, units[at]) for at in sorted(shown)]
    return tuple(quotes)


def _leans(before: Unit, unit: Unit) -> bool:
    return before.kind == "sentence" and unit.text.lower().startswith(_LEANING)


def _with_code(quotes: Sequence[Quote], kind: AnswerType) -> tuple[Quote, ...]:
    """Puts the code that a sentence announces after it, whole, where code or a way to do it is asked for."""
    if kind not in ("code", "procedure"):
        return tuple(quotes)
    shown: list[Quote] = []
    for quote in quotes:
        shown.append(quote)
        units = split_units(quote.source.text)
        after = units[units.index(quote.unit) + 1 :][:1]
        if after and after[0].kind == "code" and after[0].text.count("\n") <= _MOST_CODE_LINES:
            shown.append(Quote(quote.source, after[0]))
    return tuple(shown)
