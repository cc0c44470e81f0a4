"""The vectors of queries: each embedded once at a time, and remembered."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from cachetools import LRUCache

from libs.common.metrics import CACHE_BYTES, CACHE_LOOKUPS
from libs.embedding.embedder import Vectors
from services.retrieval.query_embedding import QueryEmbedding

DEFAULT_BYTES = 16 * 1024 * 1024
"""Some 8,000 queries."""
_ENTRY_BYTES = 300
"""What a dictionary's entry, a tuple and an array cost besides text and numbers."""
_NAME = "query_vectors"


@dataclass(slots=True)
class _Flight:
    """An embedding under way, and how many wait for it."""

    vector: asyncio.Future[Vectors]
    waiting: int = 0


class QueryVectors:
    """Gives the vector of a query; a query asked by many at the same time is embedded once.

    A vector says nothing about who asked, so that all tenants share them.

    Args:
        embedding: Embeds.
        most_bytes: What may be remembered, the least recently used leaves first.
    """

    def __init__(self, embedding: QueryEmbedding, most_bytes: int = DEFAULT_BYTES) -> None:
        self._embedding = embedding
        self._known: LRUCache[str, tuple[Vectors, int]] = LRUCache(
            most_bytes, getsizeof=lambda entry: entry[1]
        )
        self._flights: dict[str, _Flight] = {}

    @property
    def identity(self) -> str:
        """Names weights and recipe; vectors compare only with those of the same identity."""
        return self._embedding.identity

    def known(self, text: str) -> Vectors | None:
        """Returns the vector of a query that was embedded lately, shape (dimensions,)."""
        entry = self._known.get(text)
        CACHE_LOOKUPS.labels(_NAME, "miss" if entry is None else "hit").inc()
        return entry[0] if entry else None

    def forget(self, text: str) -> None:
        """Forgets the vector of a query, since it could not be searched with."""
        self._known.pop(text, None)

    def begin(self, text: str) -> None:
        """Begins to embed a query, unless that is known or under way; `embed` then waits for it."""
        if text not in self._known and text not in self._flights:
            self._take_off(text)

    async def embed(self, text: str) -> Vectors:
        """Embeds a query, or waits for whoever does so already; shape (dimensions,), of length 1.

        When all who waited have left, the embedding is called off.
        """
        flight = self._flights.get(text) or self._take_off(text)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.vector)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                flight.vector.cancel()
                self._forget_flight(text, flight)

    def _take_off(self, text: str) -> _Flight:
        flight = self._flights[text] = _Flight(self._embedding.begin(text))
        flight.vector.add_done_callback(partial(self._land, text, flight))
        return flight

    def _land(self, text: str, flight: _Flight, done: asyncio.Future[Vectors]) -> None:
        self._forget_flight(text, flight)
        if done.cancelled() or done.exception() is not None:
            return
        vector = done.result()
        with suppress(ValueError):  # larger than the whole cache
            self._known[text] = (vector, vector.nbytes + sys.getsizeof(text) + _ENTRY_BYTES)
        CACHE_BYTES.labels(_NAME).set(self._known.currsize)

    def _forget_flight(self, text: str, flight: _Flight) -> None:
        if self._flights.get(text) is flight:
            del self._flights[text]
