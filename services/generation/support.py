"""Measures how well a source supports a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from libs.embedding.embedder import Embedder, Vectors
from services.generation.passage import Source
from services.generation.plain_text import plain
from services.generation.sentences import Unit, split_units
from services.generation.terms import content_terms, coverage

_SHORTLIST = 2
"""Sentences of a source that are looked at closely; the words choose them."""
_FEW, _MOST = 0.15, 0.8
"""Shares of the claim's words at which they decide alone."""
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


class SupportMeter:
    """Measures support by words, and by meaning where the words do not decide.

    For each sentence of the source that shares most words with the claim, support is the share of the
    claim's content words that it (with its neighbour) has; between plainly few and plainly most of them,
    the mean of that and of the cosine of the two. The best sentence counts. Half of it is lost where the
    claim states a number that the source does not have.

    Args:
        embedder: Compares meanings, about 2 ms a sentence; what it said is remembered. Where a passage brings
            the vectors of its sentences, made by this embedder, only the claim's is made.
        language: ISO 639-1 code of the texts' language.
    """

    def __init__(self, embedder: Embedder, language: str = "en") -> None:
        self._embedder = embedder
        self._language = language
        self._vectors: dict[str, Vectors] = {}

    def measure(self, claim: str, source: Source) -> Support:
        """Returns the support of a sentence by a source. Computes: call it in a thread, one at a time."""
        exact = verbatim(claim, source)
        units = [unit for unit in split_units(source.passage.text) if unit.kind != "code"]
        if exact is not None or not units:
            return exact or Support("", 0.0)
        words = plain(claim)
        shares = _shares(units, content_terms(words, self._language), self._language)
        best = sorted(range(len(units)), key=lambda at: -shares[at])[:_SHORTLIST]
        top, value = best[0], -1.0
        for at in best:
            if _ceiling(shares[at]) > value:  # else nothing that an embedding says could make it the best
                found = self._value(shares[at], words, units[at], source)
                top, value = (at, found) if found > value else (top, value)
        value *= _STRANGE_NUMBER if _strange_numbers(words, source) else 1.0
        return Support(_quote(units[top]), min(1.0, value))

    def _value(self, share: float, claim: str, unit: Unit, source: Source) -> float:
        if not _FEW < share < _MOST:
            return share
        stored = self._stored(unit, source)
        said = self._vector(plain(unit.text)) if stored is None else stored
        cosine = float(self._vector(claim) @ said)
        return (share + max(0.0, cosine)) / 2

    def _stored(self, unit: Unit, source: Source) -> Vectors | None:
        vectors = source.passage.vectors
        if vectors is None or vectors.embedder != self._embedder.identity:
            return None
        return vectors.at(unit.start, unit.start + len(unit.text))

    def _vector(self, text: str) -> Vectors:
        known = self._vectors.get(text)
        if known is None:
            known = self._vectors[text] = self._embedder.embed_passages([text])[0]
        return known


def _ceiling(share: float) -> float:
    """The most that a sentence with such a share of the claim's words can support it."""
    return (share + 1.0) / 2 if _FEW < share < _MOST else share


def _shares(units: Sequence[Unit], wanted: frozenset[str], language: str) -> list[float]:
    """Share of the wanted words in each unit, its successor's counting a little less than its own."""
    terms = [content_terms(plain(unit.text), language) for unit in units]
    following = [*terms[1:], frozenset[str]()]
    return [
        0.8 * coverage(wanted, own | after) + 0.2 * coverage(wanted, own)
        for own, after in zip(terms, following, strict=True)
    ]


def _strange_numbers(claim: str, source: Source) -> bool:
    known = set(_NUMBER.findall(source.passage.text))
    return any(number not in known for number in _NUMBER.findall(claim))


def _quote(unit: Unit) -> str:
    mark = _ITEM_MARK.match(unit.text) if unit.kind == "item" else None
    return unit.text[mark.end() if mark else 0 :][:_LONGEST_QUOTE].rstrip()
