"""The retrieval service under one degradation all the time, so that what it costs can be measured.

Usage: python -m benchmarks.degraded_service level-0 | level-1 | level-2 | level-3 | no-vectors | no-words
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission, Ask, Place
from libs.common.clock import SystemClock
from libs.common.errors import DependencyUnavailable
from libs.embedding.embedder import Vectors
from services.retrieval import __main__ as service
from services.retrieval.index import Hit, Index, IndexFailure, Key, StoredPassage
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.query_vectors import QueryVectors
from services.retrieval.search import SearchParts
from services.retrieval.served_index import Serving
from services.retrieval.served_versions import ServedVersions
from services.retrieval.visibility import Condition

Change = Callable[[SearchParts, QueryEmbedding], SearchParts]


class AtLevel(Admission):
    """Lets every search begin, at one level of pressure.

    Args:
        level: 0 to 3.
    """

    def __init__(self, level: int) -> None:
        super().__init__("search", AdaptiveLimit(), SystemClock())
        self._level = level

    @asynccontextmanager
    async def place(self, ask: Ask) -> AsyncIterator[Place]:
        """Lets the search begin."""
        yield Place(self._level)


class NoVectors(QueryVectors):
    """An embedder that is gone."""

    def known(self, text: str) -> Vectors | None:
        """Returns nothing."""
        return None

    async def embed(self, text: str) -> Vectors:
        """Fails."""
        raise DependencyUnavailable("The embedding model was taken away for this measurement.")


class Wordless:
    """An `Index` whose keyword search fails.

    Args:
        index: Does the rest.
    """

    at_once = False

    def __init__(self, index: Index) -> None:
        self._index = index
        self.nearest = index.nearest
        self.scan = index.scan
        self.close = index.close

    async def keywords(self, text: str, condition: Condition, limit: int) -> list[Hit]:
        """Fails."""
        raise IndexFailure("The keyword search was taken away for this measurement.")

    async def hybrid(
        self, vector: Vectors, text: str, condition: Condition, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Fails."""
        raise IndexFailure("The keyword search was taken away for this measurement.")

    async def fetch(self, keys: Sequence[Key], condition: Condition) -> dict[Key, StoredPassage]:
        """Returns the passages that meet the condition, by what they were asked for."""
        return await self._index.fetch(keys, condition)


class NoWords(ServedVersions):
    """Serves indexes whose keyword search fails.

    Args:
        served: Serves the whole ones.
    """

    def __init__(self, served: ServedVersions) -> None:
        self._served = served
        self.wanted = served.wanted  # type: ignore[method-assign]
        self.build = served.build  # type: ignore[method-assign]

    @contextmanager
    def lease(self, tenant: str) -> Iterator[Serving | None]:
        """Keeps what a tenant is being served open for a query."""
        with self._served.lease(tenant) as serving:
            yield serving and replace(serving, index=Wordless(serving.index))


def _at(level: int, parts: SearchParts, _: QueryEmbedding) -> SearchParts:
    return replace(parts, admission=AtLevel(level))


VARIANTS: dict[str, Change] = {
    **{f"level-{level}": partial(_at, level) for level in range(4)},
    "no-vectors": lambda parts, embedding: replace(parts, vectors=NoVectors(embedding), admission=AtLevel(0)),
    "no-words": lambda parts, _: replace(parts, served=NoWords(parts.served), admission=AtLevel(0)),
}


def changed(
    change: Change,
    make: Callable[..., SearchParts],
    served: ServedVersions,
    embedding: QueryEmbedding,
    *others: Any,
    **named: Any,
) -> SearchParts:
    """Puts a search's parts together, and changes them."""
    return change(make(served, embedding, *others, **named), embedding)


if __name__ == "__main__":
    service.search_parts = partial(changed, VARIANTS[sys.argv[1]], service.search_parts)
    service.main()
