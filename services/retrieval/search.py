"""Search: finds the passages for a question, and degrades instead of failing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from libs.common.admission import Admission, Ask, Priority
from libs.common.caller import Caller
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import CausewayError, DependencyUnavailable
from libs.common.logs import logger
from libs.common.manifest import Profile
from libs.common.metrics import DEGRADATIONS
from libs.common.pressure import Thresholds
from libs.common.stage import stage
from libs.embedding.embedder import Vectors
from services.retrieval.fusion import Fused, fuse
from services.retrieval.index import Hit, Index, IndexFailure, StoredPassage
from services.retrieval.page_hint import BOOST, same_page
from services.retrieval.profiles import ChosenProfile, Profiles
from services.retrieval.query_vectors import QueryVectors
from services.retrieval.result_cache import ResultCache, ResultKey
from services.retrieval.search_plan import CACHED_VECTORS, SearchPlan, plan_search
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import FoundPassage, SearchResult, Timings
from services.retrieval.served_index import Serving
from services.retrieval.served_versions import ServedVersions
from services.retrieval.visibility import Condition, visible_to

log = logger(__name__)

T = TypeVar("T")

DENSE_SEARCH = "dense_search"
KEYWORD_SEARCH = "keyword_search"
PROFILE = "profile"
INDEX_VERSION = "index_version"
"""Degradations: what a search went without."""

_EMBEDDING_SHARE = 0.8
"""Part of the time left that embedding may take; the rest still finishes the search without it."""


@dataclass(slots=True)
class _Run:
    """One search under way: what limits it, and what it has seen so far."""

    query: SearchQuery
    condition: Condition
    chosen: ChosenProfile
    plan: SearchPlan
    deadline: Deadline
    timings: Timings = field(default_factory=Timings)
    degradations: list[str] = field(default_factory=list)

    def go_without(self, step: str) -> None:
        """Says in the result and in the metrics that a step was skipped."""
        self.degradations.append(step)
        DEGRADATIONS.labels(step).inc()


@dataclass(frozen=True, slots=True)
class SearchParts:
    """What a search works with.

    Attributes:
        served: The index.
        vectors: Gives the vectors of queries.
        results: Remembers what was found.
        profiles: How to search.
        admission: Says when it may begin, and under which pressure.
        clock: Tells the time.
    """

    served: ServedVersions
    vectors: QueryVectors
    results: ResultCache
    profiles: Profiles
    admission: Admission
    clock: Clock


_Candidates = tuple[Vectors | None, list[Hit] | None, list[Hit] | None]
"""The query's vector, what is near it, and what holds its words; None where that failed."""


class Search:
    """Searches the served index."""

    def __init__(self, parts: SearchParts) -> None:
        self._parts = parts

    async def run(
        self, caller: Caller, query: SearchQuery, deadline: Deadline, priority: Priority = "interactive"
    ) -> SearchResult:
        """Finds the passages that best match a query, among those that the caller may see.

        Raises:
            InvalidRequest: The profile does not exist.
            Overloaded: Too much is asked at once; nothing was done.
            DeadlineExceeded: No time was left; says for what.
            DependencyUnavailable: Neither the vectors nor the words could be searched.
        """
        started = self._parts.clock.monotonic()
        condition = Condition(visible_to(caller), query.filter)
        chosen = self._parts.profiles.choose(caller.tenant, query.profile)
        deadline.require("the search")
        known = self._known(condition, query, chosen)
        if known is not None:
            return replace(known, timings=Timings(total=self._since(started)))
        ask = Ask(caller.tenant, deadline, _thresholds(chosen.profile), priority)
        async with self._parts.admission.place(ask) as place:
            plan = plan_search(query.k, chosen.profile, place.level)
            run = _Run(query, condition, chosen, plan, deadline)
            for step in (PROFILE,) * chosen.assumed + plan.degradations:
                run.go_without(step)
            with self._parts.served.lease(caller.tenant) as serving:
                if serving and serving.build.index_version != self._parts.served.wanted(caller.tenant):
                    run.go_without(INDEX_VERSION)
                found = await self._find(run, serving) if serving else []
            place.kind = "words" if CACHED_VECTORS in run.degradations else "full"
            run.timings.total = self._since(started)
            return self._kept(run, _result(run, found, serving, place.level), serving)

    def _known(self, condition: Condition, query: SearchQuery, chosen: ChosenProfile) -> SearchResult | None:
        tenant = condition.visible.tenant
        build = self._parts.served.build(tenant)
        if build is None or chosen.assumed or build.index_version != self._parts.served.wanted(tenant):
            return None
        return self._parts.results.get(ResultKey(condition, query, chosen.profile, build.digest))

    def _kept(self, run: _Run, result: SearchResult, serving: Serving | None) -> SearchResult:
        if serving is not None:
            digest = serving.build.digest
            self._parts.results.keep(ResultKey(run.condition, run.query, run.chosen.profile, digest), result)
        return result

    async def _find(self, run: _Run, serving: Serving) -> list[FoundPassage]:
        index = serving.index
        search = self._both_at_once if index.at_once else self._one_beside_the_other
        vector, near, words = await search(run, serving)
        run.deadline.require("fetching the passages")
        if near is None and words is None:
            raise DependencyUnavailable("The index does not answer; try again shortly.")
        with stage("fuse", self._parts.clock) as took:
            try:
                return await self._rank(run, index, vector, _fused(run, near, words))
            except IndexFailure as error:
                raise DependencyUnavailable("The passages cannot be read; try again shortly.") from error
            finally:
                run.timings.fuse = took.ms

    async def _one_beside_the_other(self, run: _Run, serving: Serving) -> _Candidates:
        """Searches the words while the query is embedded."""
        vector, words = await asyncio.gather(
            self._optional(run, DENSE_SEARCH, self._vector(run, serving)),
            self._optional(run, KEYWORD_SEARCH, self._search_words(run, serving.index)),
        )
        near: list[Hit] | None = None
        if vector is not None:
            near = await self._optional(run, DENSE_SEARCH, self._search_vectors(run, serving.index, vector))
        return vector, near, words

    async def _both_at_once(self, run: _Run, serving: Serving) -> _Candidates:
        """Embeds the query first, then searches vectors and words in one call."""
        vector = await self._optional(run, DENSE_SEARCH, self._vector(run, serving))
        if vector is None:
            words = await self._optional(run, KEYWORD_SEARCH, self._search_words(run, serving.index))
            return None, None, words
        found = await self._optional(run, KEYWORD_SEARCH, self._search_both(run, serving.index, vector))
        return vector, *(found or (None, None))

    async def _vector(self, run: _Run, serving: Serving) -> Vectors | None:
        if serving.build.embedder != self._parts.vectors.identity:
            raise IndexFailure(
                f"The vectors of build {serving.build.revision} are of {serving.build.embedder}, "
                f"those of queries of {self._parts.vectors.identity}."
            )
        known = self._parts.vectors.known(run.query.text)
        if known is not None or run.plan.embeds:
            return known if known is not None else await self._embed(run)
        run.go_without(CACHED_VECTORS)
        return None

    async def _embed(self, run: _Run) -> Vectors:
        with stage("embed", self._parts.clock) as took:
            try:
                async with asyncio.timeout(run.deadline.left() * _EMBEDDING_SHARE):
                    return await self._parts.vectors.embed(run.query.text)
            finally:
                run.timings.embed = took.ms

    async def _search_words(self, run: _Run, index: Index) -> list[Hit]:
        with stage("search_words", self._parts.clock) as took:
            try:
                return await index.keywords(run.query.text, run.condition, run.plan.prefetch)
            finally:
                run.timings.search += took.ms

    async def _search_vectors(self, run: _Run, index: Index, vector: Vectors) -> list[Hit]:
        with stage("search_vectors", self._parts.clock) as took:
            try:
                return await index.nearest(vector, run.condition, run.plan.prefetch)
            finally:
                run.timings.search += took.ms

    async def _search_both(self, run: _Run, index: Index, vector: Vectors) -> tuple[list[Hit], list[Hit]]:
        with stage("search_both", self._parts.clock) as took:
            try:
                return await index.hybrid(vector, run.query.text, run.condition, run.plan.prefetch)
            finally:
                run.timings.search += took.ms

    async def _rank(
        self, run: _Run, index: Index, vector: Vectors | None, fused: Sequence[Fused]
    ) -> list[FoundPassage]:
        # With a hint, candidates from just beyond the end may move up.
        shortlist = fused[: run.plan.k * 2 if run.query.page_url else run.plan.k]
        stored = await index.fetch([candidate.passage_id for candidate in shortlist], run.condition)
        by_id = {entry.passage.passage_id: entry for entry in stored}
        found = [
            _found(run.query.page_url, by_id[candidate.passage_id], candidate, vector)
            for candidate in shortlist
            if candidate.passage_id in by_id
        ]
        return sorted(found, key=lambda passage: -passage.score)[: run.plan.k]

    async def _optional(self, run: _Run, step: str, work: Awaitable[T]) -> T | None:
        """Goes without a step that fails: says so in the log and in the result."""
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - whatever fails in an optional step, the rest still answers
            # A stranger's message might quote the query, which logs never carry.
            reason = str(error) if isinstance(error, IndexFailure | CausewayError) else ""
            log.warning("search_step_failed", step=step, error=type(error).__name__, reason=reason)
            run.go_without(step)
            return None

    def _since(self, started: float) -> float:
        return (self._parts.clock.monotonic() - started) * 1000.0


def _thresholds(profile: Profile) -> Thresholds:
    first, second, third, bound = (ms / 1000.0 for ms in profile.pressure_ms)
    return Thresholds((first, second, third, bound))


def _result(run: _Run, found: Sequence[FoundPassage], serving: Serving | None, pressure: int) -> SearchResult:
    return SearchResult(
        passages=tuple(found),
        degradations=tuple(run.degradations),
        timings=run.timings,
        index_version=serving.build.index_version if serving else "",
        content_revision=serving.build.revision if serving else 0,
        profile=run.chosen.id,
        pressure=pressure,
    )


def _fused(run: _Run, near: list[Hit] | None, words: list[Hit] | None) -> list[Fused]:
    profile = run.chosen.profile
    weight = 0.0 if near is None else 1.0 if words is None else profile.dense_weight
    return fuse(profile.fusion, near or [], words or [], weight)


def _found(page_url: str, stored: StoredPassage, fused: Fused, vector: Vectors | None) -> FoundPassage:
    boost = BOOST if page_url and same_page(page_url, stored.passage) else 0.0
    dense = fused.dense
    if dense is None and vector is not None:
        dense = float(np.dot(vector, stored.vector))
    return FoundPassage(stored.passage, fused.score + boost, fused.score, dense, fused.bm25)
