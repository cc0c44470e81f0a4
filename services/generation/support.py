"""Measures how well a source supports a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from libs.embedding.embedder import Embedder
from services.generation.passage import Source
from services.generation.plain_text import plain
from services.generation.sentences import Unit, split_units
from services.generation.terms import content_terms, coverage

_SHORTLIST = 3
"""Sentences of a source that are compared by meaning; the words choose them."""
_STRANGE_NUMBER = 0.5
"""What is left of the support of a sentence that states a number its source does not have."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LONGEST_QUOTE = 400
_ITEM_MARK = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Support:
    """How well a source supports a sentence.

    Attributes:
        quote: The sentence of the source that does it best, verbatim.
        value: 0 to 1; 1 where the source says the same in the same words.
    """

    quote: str
    value: float


def verbatim(claim: str, source: Source) -> Support | None:
    """Returns full support where the source holds the sentence word for word, None elsewhere."""
    words = plain(claim).strip(" …")
    if not words or words not in plain(source.passage.text):
        return None
    quoted = [unit for unit in split_units(source.passage.text) if words in plain(unit.text)]
    return Support(_quote(quoted[0]), 1.0) if quoted else None


def measure(embedder: Embedder, claim: str, source: Source, language: str = "en") -> Support:
    """Measures support by words and by meaning. Computes a few milliseconds: call it in a thread.

    For each sentence of the source that shares most words with the claim, the mean of the share of the
    claim's content words that it (with its neighbour) has and of the cosine of the two; the best counts.
    Half of it is lost where the claim states a number that the source does not have.
    """
    exact = verbatim(claim, source)
    if exact is not None:
        return exact
    words = plain(claim)
    wanted = content_terms(words, language)
    units = [unit for unit in split_units(source.passage.text) if unit.kind != "code"]
    if not units:
        return Support("", 0.0)
    shares = _shares(units, wanted, language)
    best = sorted(range(len(units)), key=lambda at: -shares[at])[:_SHORTLIST]
    cosines = _cosines(embedder, words, [units[at] for at in best])
    values = [(shares[at] + max(0.0, cosine)) / 2 for at, cosine in zip(best, cosines, strict=True)]
    top = int(np.argmax(values))
    value = values[top] * (_STRANGE_NUMBER if _strange_numbers(words, source) else 1.0)
    return Support(_quote(units[best[top]]), min(1.0, value))


def _shares(units: Sequence[Unit], wanted: frozenset[str], language: str) -> list[float]:
    """Share of the wanted words in each unit, its successor's counting a little less than its own."""
    terms = [content_terms(plain(unit.text), language) for unit in units]
    following = [*terms[1:], frozenset[str]()]
    return [
        0.8 * coverage(wanted, own | after) + 0.2 * coverage(wanted, own)
        for own, after in zip(terms, following, strict=True)
    ]


def _cosines(embedder: Embedder, claim: str, units: Sequence[Unit]) -> list[float]:
    vectors = embedder.embed_passages([claim, *(plain(unit.text) for unit in units)])
    return [float(value) for value in vectors[1:] @ vectors[0]]


def _strange_numbers(claim: str, source: Source) -> bool:
    known = set(_NUMBER.findall(source.passage.text))
    return any(number not in known for number in _NUMBER.findall(claim))


def _quote(unit: Unit) -> str:
    mark = _ITEM_MARK.match(unit.text) if unit.kind == "item" else None
    return unit.text[mark.end() if mark else 0 :][:_LONGEST_QUOTE].rstrip()
