"""The embedded index: one shard of Qdrant Edge in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path

import qdrant_edge as qdrant

from libs.embedding.embedder import Vectors
from services.retrieval.build import Build
from services.retrieval.index import Hit, IndexFailure, Key, StoredPassage
from services.retrieval.passage import Passage
from services.retrieval.passage_payload import is_passage_id, number_of
from services.retrieval.qdrant_edge.bm25 import WORDS
from services.retrieval.qdrant_edge.mapped_files import map_in
from services.retrieval.qdrant_edge.points import filter_of, stored_of
from services.retrieval.qdrant_edge.shard import (
    DENSE,
    KEYWORDS,
    SHARD_FOLDER,
    TERMS_FOLDER,
    EngineErrors,
)
from services.retrieval.term_statistics import TermStatistics
from services.retrieval.visibility import Condition

_SEARCH_EF = 128
"""Candidates that a search of the graph follows; Qdrant's own default is ef_construct, 100."""


class QdrantEdgeIndex:
    """An `Index` over one loaded shard.

    Queries run on the event loop's own thread. The engine holds the interpreter for as long as a
    query takes (measured: .2 to 1.2 ms), so a thread would not keep the loop free; it would only add
    a hand-over, during which a busy loop may keep the interpreter for 5 ms.

    Args:
        shard: The loaded shard; nobody else uses it.
        terms: How rare words are.
        release: Called once the shard is closed.
    """

    at_once = False

    def __init__(self, shard: qdrant.EdgeShard, terms: TermStatistics, release: Callable[[], None]) -> None:
        self._shard = shard
        self._terms = terms
        self._release = release

    async def nearest(self, vector: Vectors, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages nearest to a vector, best first; the score is the cosine, -1 to 1."""
        query = qdrant.Query.Nearest(vector.tolist(), using=DENSE)
        params = qdrant.SearchParams(hnsw_ef=max(_SEARCH_EF, limit))
        return self._hits(query, params, condition, limit)

    async def keywords(self, text: str, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages that best match the words of a text, best first, by BM25."""
        terms = WORDS.of_query(text, self._terms.languages(condition.visible))
        weights = self._terms.weights(terms, condition.visible)
        known = [(term, weight) for term, weight in zip(terms, weights, strict=True) if weight > 0]
        if not known:
            return []
        words = qdrant.SparseVector([term for term, _ in known], [weight for _, weight in known])
        query = qdrant.Query.Nearest(words, using=KEYWORDS)
        return self._hits(query, qdrant.SearchParams(), condition, limit)

    async def hybrid(
        self, vector: Vectors, text: str, condition: Condition, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Returns what `nearest` and `keywords` return."""
        near = await self.nearest(vector, condition, limit)
        return near, await self.keywords(text, condition, limit)

    async def fetch(self, keys: Sequence[Key], condition: Condition) -> dict[Key, StoredPassage]:
        """Returns the passages that meet the condition, by the numbers or ids that they were asked for."""
        asked: dict[qdrant.PointId, Key] = {
            key if isinstance(key, int) else number_of(key): key
            for key in keys
            if isinstance(key, int) or is_passage_id(key)
        }
        with EngineErrors():
            records = self._shard.retrieve(list(asked), with_payload=True, with_vector=[DENSE])
        found = [(asked[record.id], stored_of(record)) for record in records]
        return {
            key: entry for key, entry in found if _is(entry.passage, key) and condition.admits(entry.passage)
        }

    async def scan(self, tenant: str, after: str, limit: int) -> list[StoredPassage]:
        """Returns a tenant's passages, whoever may see them, in the order of their ids."""
        own = qdrant.Filter(must=[qdrant.FieldCondition("tenant", match=qdrant.MatchValue(tenant))])
        request = qdrant.ScrollRequest(
            offset=number_of(after) + 1 if after else None,
            limit=limit,
            filter=own,
            with_payload=True,
            with_vector=[DENSE],
        )
        with EngineErrors():
            records, _ = self._shard.scroll(request)
        return [stored_of(record) for record in records]

    def close(self) -> None:
        """Closes the shard; nothing may be asked afterwards."""
        try:
            with EngineErrors():
                self._shard.close()
        finally:
            self._release()

    def _hits(
        self, query: qdrant.Query, params: qdrant.SearchParams, condition: Condition, limit: int
    ) -> list[Hit]:
        meets = filter_of(condition)
        with EngineErrors():
            found = self._shard.query(qdrant.QueryRequest(limit, query=query, filter=meets, params=params))
        hits = [_hit(Hit, (point.id, point.score)) for point in found]
        hits.sort(key=_by_key)
        hits.sort(key=_by_score, reverse=True)  # stable: equal scores stay in the order of their numbers
        return hits


def open_qdrant_edge(build: Build, folder: Path, release: Callable[[], None]) -> QdrantEdgeIndex:
    """Loads a build from a folder that belongs to this process alone; pauses other threads.

    Args:
        build: What lies in the folder.
        folder: Its private copy: loading rewrites the shard's configuration file.
        release: Called once the shard is closed.

    Raises:
        IndexFailure: The engine cannot load it, or finds other passages than the build names.
    """
    with EngineErrors():
        terms = TermStatistics(folder / TERMS_FOLDER)
        WORDS.prepare(terms.all_languages)
        shard = qdrant.EdgeShard.load(str(folder / SHARD_FOLDER))
        found = shard.info().points_count
        if found != build.passages:
            shard.close()
            raise IndexFailure(f"Build {build.revision} holds {found} passages instead of {build.passages}.")
    map_in(folder)
    return QdrantEdgeIndex(shard, terms, release)


def _is(passage: Passage, key: Key) -> bool:
    """Whether a passage is the one that was asked for; two ids may have the same first half."""
    return isinstance(key, int) or passage.passage_id == key


_hit = tuple.__new__
"""Half the price of calling a named tuple, of which a search makes two hundred."""
_by_key = itemgetter(0)
_by_score = itemgetter(1)
