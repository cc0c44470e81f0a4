"""Finds the candidates of a search: by their vectors and by their words, going without what fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from libs.common.errors import DependencyUnavailable
from libs.embedding.embedder import Vectors
from libs.embedding.model_languages import knows_english_only
from services.retrieval.index import Hit, Index, IndexFailure
from services.retrieval.query_vectors import QueryVectors
from services.retrieval.question_language import ENGLISH
from services.retrieval.search_plan import CACHED_VECTORS, LANGUAGE
from services.retrieval.search_run import SearchRun
from services.retrieval.served_index import Serving

DENSE_SEARCH = "dense_search"
KEYWORD_SEARCH = "keyword_search"
"""Degradations: what a search went without."""

_SHARE = 0.8
"""Part of the time left that one step may take; the rest still finishes the search without it."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found; None where that failed.

    Attributes:
        vector: The query's vector.
        near: What is near it, best first.
        words: What holds its words, best first.
    """

    vector: Vectors | None
    near: list[Hit] | None
    words: list[Hit] | None


class CandidateSearch:
    """Searches one index for the candidates of a query.

    Args:
        vectors: Gives the vectors of queries.
        language_of: Tells the language of a question; "" where it cannot be told.
    """

    def __init__(self, vectors: QueryVectors, language_of: Callable[[str], str]) -> None:
        self._vectors = vectors
        self._language_of = language_of

    async def find(self, run: SearchRun, serving: Serving) -> Candidates:
        """Finds the candidates of a search.

        Raises:
            DependencyUnavailable: Neither the vectors nor the words could be searched.
        """
        if self._is_foreign(run):
            run.go_without(LANGUAGE)
        search = self._both_at_once if serving.index.at_once else self._one_beside_the_other
        found = await search(run, serving)
        run.deadline.require("fetching the passages")
        if found.near is None and found.words is None:
            raise DependencyUnavailable("The index does not answer; try again shortly.")
        return found

    def _is_foreign(self, run: SearchRun) -> bool:
        """Whether the embedding model does not know the language of the question."""
        run.language = self._language_of(run.query.text)
        return run.language not in ("", ENGLISH) and knows_english_only(self._vectors.identity)

    async def _one_beside_the_other(self, run: SearchRun, serving: Serving) -> Candidates:
        """Searches the words while the query is embedded."""
        if run.plan.embeds and serving.build.embedder == self._vectors.identity:
            self._vectors.begin(run.query.text)
        words = await self._words_or_none(run, serving.index)
        vector = await self._vector_or_none(run, serving)
        near: list[Hit] | None = None
        if vector is not None:
            near = await run.optional(DENSE_SEARCH, self._search_vectors(run, serving.index, vector))
        return Candidates(vector, near, words)

    async def _vector_or_none(self, run: SearchRun, serving: Serving) -> Vectors | None:
        return await run.optional(DENSE_SEARCH, self._vector(run, serving))

    async def _words_or_none(self, run: SearchRun, index: Index) -> list[Hit] | None:
        return await run.optional(KEYWORD_SEARCH, self._search_words(run, index))

    async def _both_at_once(self, run: SearchRun, serving: Serving) -> Candidates:
        """Embeds the query first, then searches vectors and words in one call."""
        vector = await self._vector_or_none(run, serving)
        if vector is None:
            words = await self._words_or_none(run, serving.index)
            return Candidates(None, None, words)
        found = await run.optional(KEYWORD_SEARCH, self._search_both(run, serving.index, vector))
        return Candidates(vector, *(found or (None, None)))

    async def _vector(self, run: SearchRun, serving: Serving) -> Vectors | None:
        if serving.build.embedder != self._vectors.identity:
            raise IndexFailure(
                f"The vectors of build {serving.build.revision} are of {serving.build.embedder}, "
                f"those of queries of {self._vectors.identity}."
            )
        known = self._vectors.known(run.query.text)
        if known is not None or run.plan.embeds:
            return known if known is not None else await self._embed(run)
        run.go_without(CACHED_VECTORS)
        return None

    async def _embed(self, run: SearchRun) -> Vectors:
        with run.step("embed", "embed"):
            async with asyncio.timeout(run.deadline.left() * _SHARE):
                return await self._vectors.embed(run.query.text)

    async def _search_words(self, run: SearchRun, index: Index) -> list[Hit]:
        with run.step("bm25", "search_words") as step:
            async with run.within(index, _SHARE):
                found = await index.keywords(run.query.text, run.condition, run.plan.prefetch)
            step.found = len(found)
            return found

    async def _search_vectors(self, run: SearchRun, index: Index, vector: Vectors) -> list[Hit]:
        with run.step("dense", "search_vectors") as step:
            try:
                async with run.within(index, _SHARE):
                    found = await index.nearest(vector, run.condition, run.plan.prefetch)
            except IndexFailure:
                # It may be the vector's fault: the embedder gave one of another length, for instance.
                self._vectors.forget(run.query.text)
                raise
            step.found = len(found)
            return found

    async def _search_both(
        self, run: SearchRun, index: Index, vector: Vectors
    ) -> tuple[list[Hit], list[Hit]]:
        with run.step("hybrid", "search_both") as step:
            async with run.within(index, _SHARE):
                near, words = await index.hybrid(vector, run.query.text, run.condition, run.plan.prefetch)
            step.found = len(near) + len(words)
            return near, words
