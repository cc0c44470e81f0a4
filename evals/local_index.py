"""A small index in memory that ranks as retrieval does: the same vectors, words and fusion."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from libs.embedding.embedder import Embedder
from services.generation.passage import Found, Passage
from services.retrieval.fusion import fuse
from services.retrieval.index import Hit
from services.retrieval.qdrant_edge.bm25 import QdrantBm25

_PREFETCH, _DENSE_WEIGHT, _K = 60, 0.5, 8


class LocalIndex:
    """Passages that need no chunking.

    Args:
        texts: The passages' texts by their ids.
        embedder: Makes the vectors.
    """

    def __init__(self, texts: Mapping[str, str], embedder: Embedder) -> None:
        self._texts = texts
        self._ids = tuple(texts)
        self._embedder = embedder
        self._vectors = embedder.embed_passages(list(texts.values()))
        self._encoder = QdrantBm25()
        self._postings: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for place, text in enumerate(texts.values()):
            words = self._encoder.of_passage(text, "en")
            for term, weight in zip(words.terms, words.weights, strict=True):
                self._postings[term].append((place, weight))

    def search(self, query: str) -> Found:
        """Returns the eight passages that match a query best."""
        fused = fuse("normalised_sum", self._nearest(query), self._keywords(query), _DENSE_WEIGHT)[:_K]
        return Found(
            tuple(
                Passage(str(each.key), "", "", "", (), self._texts[str(each.key)], each.score, each.dense)
                for each in fused
            )
        )

    def _nearest(self, query: str) -> list[Hit]:
        cosines = self._vectors @ self._embedder.embed_query(query)
        return [Hit(self._ids[at], float(cosines[at])) for at in np.argsort(-cosines)[:_PREFETCH]]

    def _keywords(self, query: str) -> list[Hit]:
        scores: defaultdict[int, float] = defaultdict(float)
        for term in self._encoder.of_query(query, frozenset()):
            postings = self._postings.get(term, ())
            rarity = math.log(1 + (len(self._ids) - len(postings) + 0.5) / (len(postings) + 0.5))
            for place, weight in postings:
                scores[place] += rarity * weight
        best = heapq.nlargest(_PREFETCH, scores.items(), key=lambda found: found[1])
        return [Hit(self._ids[place], score) for place, score in best]
