"""Ranks the sentences of the sources by how likely each answers the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from libs.embedding.embedder import Embedder, Vectors
from services.generation.answer_type import WAYS
from services.generation.passage import Source
from services.generation.quotable import Quotable, quotables
from services.generation.sentence_features import AT, FEATURES, Asked, Matrix, measured, understood
from services.generation.sentence_vectors import SentenceVectors
from services.generation.sentence_weights import OF_FACTS, OF_WAYS
from services.generation.sentences import Unit

_EMBEDDED = 36
"""Sentences that are embedded, about 2 ms each where not known; the others are too far behind to win."""
_TOP = 3
"""Sentences of a source whose mean similarity speaks for each of them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted.

    Attributes:
        source: Where it stands.
        unit: The sentence in its passage.
        place: Its number among the units of its source.
        words: Its words without markup.
        terms: Its content words.
        relevance: The weighted sum that sentences are ranked by: a log-likelihood, only differences count.
        features: What was measured, by the columns of `FEATURES`.
    """

    source: Source
    unit: Unit
    place: int
    words: str
    terms: frozenset[str]
    relevance: float
    features: tuple[float, ...]

    def __getitem__(self, name: str) -> float:
        """A feature by its name."""
        return self.features[AT[name]]


class SentenceRanking:
    """Scores sentences by meaning, by words, and by the company they keep."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._sentences = SentenceVectors(embedder)
        self._of_ways = _column(OF_WAYS)
        self._of_facts = _column(OF_FACTS)

    def rank(self, question: str, sources: Sequence[Source], language: str) -> tuple[Candidate, ...]:
        """Returns the sentences of all sources, the likeliest first. Computes: call it in a thread."""
        every = [quotable for source in sources for quotable in quotables(source, language)]
        if not every:
            return ()
        asked = understood(question, language)
        weights = self._of_ways if asked.kind in WAYS else self._of_facts
        matrix = measured(asked, every)
        likeliest = np.argsort(-(matrix @ weights), kind="stable")[:_EMBEDDED]
        chosen = [every[at] for at in likeliest]
        matrix = matrix[likeliest]
        self._compare(asked, chosen, matrix)
        relevance = matrix @ weights
        return tuple(
            _candidate(chosen[at], float(relevance[at]), matrix[at])
            for at in np.argsort(-relevance, kind="stable")
        )

    def _compare(self, asked: Asked, chosen: Sequence[Quotable], matrix: Matrix) -> None:
        """Fills in the similarities that need an embedding."""
        wanted = self._embedder.embed_query(asked.text)
        vectors = self._sentences.of([quotable.in_context for quotable in chosen])
        cosines = np.clip(vectors @ wanted, -1.0, 1.0)
        at = {
            (quotable.source.n, quotable.place): float(c) for quotable, c in zip(chosen, cosines, strict=True)
        }
        matrix[:, AT["cosine"]] = cosines
        matrix[:, AT["neighbour_cosine"]] = [
            max(at.get((q.source.n, q.place - 1), 0.0), at.get((q.source.n, q.place + 1), 0.0))
            for q in chosen
        ]
        matrix[:, AT["passage_top"]] = _passage_tops(chosen, cosines)


def _column(weights: Mapping[str, float]) -> Matrix:
    return np.array([weights.get(name, 0.0) for name in FEATURES])


def _passage_tops(chosen: Sequence[Quotable], cosines: Vectors) -> list[float]:
    """For each sentence the mean similarity of the best few of its source."""
    by_source: dict[int, list[float]] = {}
    for quotable, cosine in zip(chosen, cosines, strict=True):
        by_source.setdefault(quotable.source.n, []).append(float(cosine))
    tops = {number: _mean_of_best(values) for number, values in by_source.items()}
    return [tops[quotable.source.n] for quotable in chosen]


def _mean_of_best(values: Sequence[float]) -> float:
    return sum(sorted(values, reverse=True)[:_TOP]) / _TOP


def _candidate(quotable: Quotable, relevance: float, features: Vectors) -> Candidate:
    return Candidate(
        source=quotable.source,
        unit=quotable.unit,
        place=quotable.place,
        words=quotable.words,
        terms=quotable.terms,
        relevance=relevance,
        features=tuple(float(value) for value in features),
    )
