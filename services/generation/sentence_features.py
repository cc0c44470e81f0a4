"""Measures what speaks for and against a sentence as the answer to a question."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from services.generation.answer_type import FACTS, NUMBER_WORDS, WAYS, AnswerType, asked_for, names_one
from services.generation.quotable import Quotable
from services.generation.quotes import introduces
from services.generation.terms import content_terms, term_sequence

Matrix = npt.NDArray[np.float64]
"""One row a sentence, one column a feature of `FEATURES`."""

FEATURES: tuple[str, ...] = (
    "cosine", "neighbour_cosine",
    "passage_cosine", "passage_rank", "passage_score", "passage_words", "passage_top",
    "words", "words_or_headings", "words_around", "pairs", "all_words", "names",
    "headings", "heading_exact", "answers_heading", "only_headings",
    "fact", "no_fact", "counted", "defines", "spells_out",
    "instructs", "instructs_near", "announces", "before_code",
    "item", "item_of_steps", "row", "first", "length", "short",
    "points", "asks", "dangles", "leans", "broken", "example", "label",
)  # fmt: skip
"""What is measured; shares are 0 to 1, the rest is 0 or 1 unless it says otherwise."""

AT: Mapping[str, int] = {name: column for column, name in enumerate(FEATURES)}

_POINTER = re.compile(
    r"(?:and |but |so |then |also |please |\W)*(?:see|refer to|check out|read|review|visit|learn more|"
    r"more information|for (?:more|details|further)|next(?: step| to)?\b|go back|back to|"
    r"table of contents|"
    r"return to the|up to now|now,? let's|remember|as (?:you|we) (?:saw|have seen)|later,? in|"
    r"in the (?:main|previous|next)\b|(?:you|we)(?:'ll| will| have| probably| might| also| then)* "
    r"(?:read|saw|seen|see|learn(?:ed)?)\b)|"
    r"(?:this|the (?:following|remainder)|in this)\b.{0,30}"
    r"\b(?:page|guide|section|post|document|chapter|tutorial)\b|"
    r".*\b(?:read the docs|for more (?:information|details?|guidance)|as you saw|as we saw|read more|"
    r"you will see how|in the next (?:chapter|section)s?|in the previous (?:chapter|section)s?)\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"(?:please |first,? |then,? |next,? |finally,? |\d+[.)] )?"
    r"(?:to \w+.{0,60}?, |you (?:can|need|should|must|may|have to|will need)|"
    r"add|apply|ask|call|choose|click|complete|configure|contact|copy|create|declare|define|delete|"
    r"e-?mail|enter|"
    r"fill|follow|give|go to|head|import|include|inherit|install|log|make|mount|name|open|pass|press|put|"
    r"register|"
    r"request|return|run|select|send|set|sign|start|stop|submit|type|use|write)\b",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:it|its|this|that|these|those|they|he|she|such|however|but|and|or|also|therefore|then|otherwise|so|"
    r"in (?:this|that) case|as noted|here|there)\b[ ,']",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)\b(?:[A-Z][\w-]*|[\w-]*\d[\w-]*)\b")
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{1,6}\b")
_DEFINITION = re.compile(
    r"\b(?:is|are|was|were|means|refers? to|stands? for|describes?|consists? of)\b"
    r"(?! (?:no|not|only|also|often)\b)"
)
_ASKING = frozenset({"stand", "mean", "definit", "defin", "explain", "describ"})
"""Stems with which a definition is asked for; no answer needs them."""
_SUBJECT_WORDS = 10
_HOW_MANY = re.compile(
    r"\bhow many ((?:[\w-]+ ){0,2}?[\w-]+)"
    r"(?= (?:do|does|did|can|may|must|will|are|is|were|was|have|has|of|in|should)\b|\W*$)",
    re.IGNORECASE,
)
_COUNT = re.compile(rf"\b(?:\d[\d.,]*|{NUMBER_WORDS})\b(?: [\w-]+){{1,3}}", re.IGNORECASE)
_SHORT, _LABEL = 6, 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as sentences are compared with it.

    Attributes:
        text: Its words.
        kind: What it asks for.
        terms: Its content words.
        pairs: Those that follow each other in it.
        names: The content words among its names, numbers and abbreviations.
        counts: The content word whose number is asked for; empty where none is.
    """

    text: str
    kind: AnswerType
    terms: frozenset[str]
    pairs: tuple[tuple[str, str], ...]
    names: frozenset[str]
    counts: str = ""


def understood(question: str, language: str) -> Asked:
    """Returns what a question asks, in a language (ISO 639-1)."""
    kind = asked_for(question)
    skipped = _ASKING if kind == "definition" else frozenset[str]()
    sequence = [term for term in term_sequence(question, language) if term not in skipped]
    named = " ".join(_NAME.findall(question))
    pairs = tuple(pairwise(sequence))
    names = content_terms(named, language)
    return Asked(question, kind, frozenset(sequence), pairs, names, _counts(question, language))


def rarity(terms: frozenset[str], quotables: Sequence[Quotable]) -> dict[str, float]:
    """Weighs each term by how few of the sentences have it."""
    seen = {term: sum(term in quotable.terms for quotable in quotables) for term in terms}
    return {term: math.log(1 + len(quotables) / (1 + count)) for term, count in seen.items()}


def measured(asked: Asked, quotables: Sequence[Quotable]) -> Matrix:
    """Returns all features but the similarities that need an embedding, which are 0."""
    weights = rarity(asked.terms, quotables)
    matrix = np.zeros((len(quotables), len(FEATURES)))
    instructing = [bool(_INSTRUCTION.match(quotable.words)) for quotable in quotables]
    steps = _instructing_near(quotables, instructing)
    passages = _passages(asked, quotables, weights)
    for row, quotable in enumerate(quotables):
        found = {
            **_lexical(asked, quotable, weights),
            **_kind(asked, quotable, instructing[row], steps[row]),
            **_faults(quotable),
            **passages[quotable.source.n],
        }
        for name, value in found.items():
            matrix[row, AT[name]] = value
    return matrix


def _lexical(asked: Asked, quotable: Quotable, weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values()) or 1.0
    own, above = quotable.terms, quotable.above
    both = own | above
    sequence = quotable.sequence
    adjacent = {*pairwise(sequence), *zip(sequence, sequence[2:], strict=False)}

    def share(terms: frozenset[str]) -> float:
        return sum(weights[term] for term in asked.terms & terms) / total

    return {
        "words": share(own),
        "words_or_headings": share(both),
        "words_around": share(both | quotable.around),
        "pairs": sum(pair in adjacent for pair in asked.pairs) / max(1, len(asked.pairs)),
        "all_words": float(asked.terms <= both),
        "names": len(asked.names & both) / len(asked.names) if asked.names else 1.0,
        "headings": len(asked.terms & above) / max(1, len(asked.terms)),
        "heading_exact": len(asked.terms & quotable.nearest) / max(1, len(asked.terms | quotable.nearest)),
        "answers_heading": quotable.opens
        * len(asked.terms & quotable.nearest)
        / max(1, len(asked.terms | quotable.nearest)),
        "only_headings": float(own <= asked.terms | above),
    }


def _passages(
    asked: Asked, quotables: Sequence[Quotable], weights: Mapping[str, float]
) -> dict[int, dict[str, float]]:
    """What speaks for the sources as wholes, by their numbers."""
    total = sum(weights.values()) or 1.0
    has: dict[int, frozenset[str]] = {}
    sources = {quotable.source.n: quotable.source for quotable in quotables}
    for quotable in quotables:
        number = quotable.source.n
        has[number] = has.get(number, frozenset()) | quotable.terms | quotable.above
    best = max((source.passage.score for source in sources.values()), default=0.0)
    return {
        number: {
            "passage_cosine": source.passage.dense or 0.0,
            "passage_rank": 1.0 / number,
            "passage_score": source.passage.score / best if best > 0.0 else 0.0,
            "passage_words": sum(weights[term] for term in asked.terms & has[number]) / total,
        }
        for number, source in sources.items()
    }


def _kind(asked: Asked, quotable: Quotable, instructs: bool, steps: float) -> dict[str, float]:
    kind, unit, words = asked.kind, quotable.unit, quotable.words
    procedure = kind in WAYS
    named = names_one(kind, words, asked.text) if kind in FACTS else 0.5
    return {
        "fact": float(named == 1.0),
        "no_fact": float(named == 0.0),
        "counted": float(asked.counts != "" and _counted(asked, quotable)),
        "defines": _defines(asked, quotable) if kind == "definition" else 0.0,
        "spells_out": float(kind == "definition" and _spells_out(asked, words)),
        "instructs": float(procedure and instructs),
        "instructs_near": steps if procedure else 0.0,
        "announces": float(procedure and introduces(unit)),
        "before_code": float(procedure and quotable.before_code),
        "item": float(unit.kind == "item"),
        "item_of_steps": float(procedure and unit.kind == "item"),
        "row": float(unit.kind == "row"),
        "first": float(quotable.place == 0),
        "length": math.log(len(words.split()) + 1),
    }


def _faults(quotable: Quotable) -> dict[str, float]:
    words, unit = quotable.words, quotable.unit
    count = len(words.split())
    return {
        "short": float(count < _SHORT),
        "points": float(bool(_POINTER.match(words))),
        "asks": float(words.endswith(("?", "？"))),
        "dangles": float(quotable.last and words.endswith(":")),
        "leans": float(bool(_LEANS.match(words))),
        "broken": float(unit.kind == "sentence" and words[:1].islower()),
        "example": float(quotable.example),
        "label": float(unit.kind != "row" and count < _LABEL and words[-1:] not in '.!:…。！`)"'),
    }


def _instructing_near(quotables: Sequence[Quotable], instructing: Sequence[bool]) -> list[float]:
    """Share of the sentences of the same source that instruct."""
    counts: dict[int, list[bool]] = {}
    for quotable, instructs in zip(quotables, instructing, strict=True):
        counts.setdefault(quotable.source.n, []).append(instructs)
    shares = {number: sum(found) / len(found) for number, found in counts.items()}
    return [shares[quotable.source.n] for quotable in quotables]


def _counts(question: str, language: str) -> str:
    found = _HOW_MANY.search(question)
    return next(iter(reversed(term_sequence(found[1], language))), "") if found else ""


def _counted(asked: Asked, quotable: Quotable) -> bool:
    """Whether a sentence gives a number of what is counted."""
    return any(asked.counts in content_terms(found) for found in _COUNT.findall(quotable.words))


def _defines(asked: Asked, quotable: Quotable) -> float:
    """How much a sentence begins with what is asked about and a verb that defines, 0 to 1."""
    verb = _DEFINITION.search(quotable.words)
    if quotable.unit.kind != "sentence" or verb is None:
        return 0.0
    before = quotable.words[: verb.start()]
    subject = content_terms(before)
    if not subject or len(before.split()) > _SUBJECT_WORDS or not asked.terms <= subject | quotable.above:
        return 0.0
    return len(asked.terms & subject) / len(subject)


def _spells_out(asked: Asked, words: str) -> bool:
    """Whether a sentence gives the full name of an abbreviation that the question asks about."""
    shorts = _ABBREVIATION.findall(asked.text)
    return any(f"({short}" in words or words.startswith((f"{short} - ", f"{short} – ")) for short in shorts)
