"""The index as a serving process reads it from a cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from qdrant_client import AsyncQdrantClient, models

from libs.embedding.embedder import Vectors
from services.retrieval.index import Hit, Key, StoredPassage
from services.retrieval.keyword_encoder import KeywordEncoder
from services.retrieval.passage_payload import id_after, is_passage_id
from services.retrieval.qdrant_cluster.collection import DENSE, KEYWORDS, Quantisation
from services.retrieval.qdrant_cluster.connection import cluster_errors
from services.retrieval.qdrant_cluster.points import meets, of_tenant, stored_of, visible
from services.retrieval.visibility import Condition

_SEARCH_EF = 128
_OVERSAMPLING = 2.0
"""With quantised vectors, so many times the candidates are ranked again by the originals."""


class QdrantClusterIndex:
    """An `Index` over the collection behind an alias.

    Args:
        client: The connection, which others may use too; its owner closes it.
        alias: Name under which the collection is served.
        words: Makes the terms of queries.
        quantisation: How the collection's vectors are shrunk.
        timeout: Seconds that a call may take.
    """

    at_once = True
    """A round trip costs more than what a search gains by starting before its vector is there."""

    def __init__(
        self,
        client: AsyncQdrantClient,
        alias: str,
        words: KeywordEncoder,
        quantisation: Quantisation = "none",
        timeout: float = 3.0,
    ) -> None:
        self._client = client
        self._alias = alias
        self._words = words
        self._quantised = quantisation != "none"
        self._timeout = timeout

    async def nearest(self, vector: Vectors, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages nearest to a vector, best first; the score is the cosine, -1 to 1."""
        (hits,) = await self._query([self._by_vector(vector, condition, limit)])
        return hits

    async def keywords(self, text: str, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages that best match the words of a text, best first, by BM25."""
        request = self._by_words(text, condition, limit)
        return (await self._query([request]))[0] if request else []

    async def hybrid(
        self, vector: Vectors, text: str, condition: Condition, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Returns what `nearest` and `keywords` return, in one round trip."""
        near, words = self._by_vector(vector, condition, limit), self._by_words(text, condition, limit)
        found = await self._query([near, words] if words else [near])
        return found[0], found[1] if words else []

    async def fetch(self, keys: Sequence[Key], condition: Condition) -> dict[Key, StoredPassage]:
        """Returns the passages of these ids that meet the condition, by their ids."""
        known = [key for key in set(keys) if isinstance(key, str) and is_passage_id(key)]
        if not known:
            return {}
        wanted = models.Filter(must=[models.HasIdCondition(has_id=list(known)), meets(condition)])
        with cluster_errors():
            async with asyncio.timeout(self._timeout):
                records, _ = await self._client.scroll(
                    self._alias, wanted, limit=len(known), with_payload=True, with_vectors=[DENSE]
                )
        found = [stored_of(record) for record in records]
        return {entry.passage.passage_id: entry for entry in found if condition.admits(entry.passage)}

    async def scan(self, tenant: str, after: str, limit: int) -> list[StoredPassage]:
        """Returns a tenant's passages, whoever may see them, in the order of their ids."""
        start = id_after(after)
        with cluster_errors():
            records, _ = await self._client.scroll(
                self._alias,
                of_tenant(tenant),
                limit=limit,
                offset=str(start) if start else None,
                with_payload=True,
                with_vectors=[DENSE],
            )
        return [stored_of(record) for record in records]

    def close(self) -> None:
        """Does nothing: the connection outlives the index."""

    async def _query(self, requests: list[models.QueryRequest]) -> list[list[Hit]]:
        with cluster_errors():
            async with asyncio.timeout(self._timeout):
                answers = await self._client.query_batch_points(self._alias, requests)
        return [_hits(answer.points) for answer in answers]

    def _by_vector(self, vector: Vectors, condition: Condition, limit: int) -> models.QueryRequest:
        params = models.SearchParams(hnsw_ef=max(_SEARCH_EF, limit))
        if self._quantised:
            params.quantization = models.QuantizationSearchParams(rescore=True, oversampling=_OVERSAMPLING)
        return models.QueryRequest(
            query=vector.tolist(), using=DENSE, filter=meets(condition), params=params, limit=limit
        )

    def _by_words(self, text: str, condition: Condition, limit: int) -> models.QueryRequest | None:
        terms = list(self._words.of_query(text, None))
        if not terms:
            return None
        # Rareness counts among what the caller may see: no score tells anything about the rest.
        among = models.IdfCorpusParams(corpus=visible(condition.visible))
        return models.QueryRequest(
            query=models.SparseVector(indices=terms, values=[1.0] * len(terms)),
            using=KEYWORDS,
            filter=meets(condition),
            params=models.SearchParams(idf=among),
            limit=limit,
        )


def _hits(points: Sequence[models.ScoredPoint]) -> list[Hit]:
    hits = [Hit(str(point.id), point.score) for point in points]
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))
