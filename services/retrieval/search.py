"""Search: finds the passages for a question, and degrades instead of failing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from libs.common.admission import Admission, Ask, Priority
from libs.common.caller import Caller
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.pressure import Thresholds
from services.retrieval.candidates import CandidateSearch
from services.retrieval.profiles import ChosenProfile, Profiles
from services.retrieval.query_vectors import QueryVectors
from services.retrieval.ranking import Ranked, Ranking
from services.retrieval.reranking import Reranking
from services.retrieval.result_cache import ResultCache, ResultKey
from services.retrieval.search_pages import SearchPages
from services.retrieval.search_plan import kinds_of, plan_search
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import SearchResult, Timings
from services.retrieval.search_run import SearchRun, explain
from services.retrieval.served_index import Serving
from services.retrieval.served_versions import ServedVersions
from services.retrieval.visibility import Condition, visible_to

PROFILE = "profile"
INDEX_VERSION = "index_version"
"""Degradations: another profile, or another index version, than was asked for."""


@dataclass(frozen=True, slots=True)
class SearchParts:
    """What a search works with.

    Attributes:
        served: The index.
        vectors: Gives the vectors of queries.
        results: Remembers what was found.
        profiles: How to search.
        pages: Reads and writes page tokens.
        language_of: Tells the language of a question, ISO 639-1; "" where it cannot be told.
        reranking: Looks at the best candidates again.
        admission: Says when it may begin, and under which pressure.
        clock: Tells the time.
    """

    served: ServedVersions
    vectors: QueryVectors
    results: ResultCache
    profiles: Profiles
    pages: SearchPages
    language_of: Callable[[str], str]
    reranking: Reranking
    admission: Admission
    clock: Clock


class Search:
    """Searches the served index."""

    def __init__(self, parts: SearchParts) -> None:
        self._parts = parts
        self._candidates = CandidateSearch(parts.vectors, parts.language_of)
        self._ranking = Ranking(parts.reranking)

    @property
    def admission(self) -> Admission:
        """Who says when a search may begin."""
        return self._parts.admission

    async def run(
        self, caller: Caller, query: SearchQuery, deadline: Deadline, priority: Priority = "interactive"
    ) -> SearchResult:
        """Finds the passages that best match a query, among those that the caller may see.

        Raises:
            InvalidRequest: The profile does not exist, or the page token is none of this search.
            Overloaded: Too much is asked at once; nothing was done.
            DeadlineExceeded: No time was left; says for what.
            DependencyUnavailable: Neither the vectors nor the words could be searched.
        """
        started = self._parts.clock.monotonic()
        condition = Condition(visible_to(caller), query.filter)
        chosen = self._parts.profiles.choose(caller.tenant, query.profile)
        page = self._parts.pages.read(condition, query)
        deadline.require("the search")
        key = self._key(condition, query, chosen)
        known = None if query.explain or key is None else self._parts.results.get(key)
        if known is not None:
            return replace(known, timings=Timings(total=self._since(started)))
        thresholds = Thresholds.of_ms(chosen.profile.pressure_ms)
        ask = Ask(caller.tenant, deadline, thresholds, priority, kinds_of(chosen.profile))
        async with self._parts.admission.place(ask) as place:
            plan = plan_search(query.k, chosen.profile, place.level, page.offset)
            pressed = partial(self._pressed, ask)
            run = SearchRun(query, condition, chosen, plan, page, deadline, self._parts.clock, pressed)
            for step in (PROFILE,) * chosen.assumed + plan.degradations:
                run.go_without(step)
            with self._parts.served.lease(caller.tenant) as serving:
                ranked = await self._ranked(run, serving)
                place.kind = run.kind
                result = self._result(run, ranked, serving, self._since(started))
                return self._kept(run, result, ranked, key if _is_of(key, serving) else None)

    def _pressed(self, ask: Ask) -> bool:
        return self._parts.admission.level_of(ask) > 0

    async def _ranked(self, run: SearchRun, serving: Serving | None) -> Ranked:
        self._parts.pages.require(run.page, serving.build.digest if serving else "")
        if serving is None:
            return Ranked()
        if serving.build.index_version != self._parts.served.wanted(run.condition.visible.tenant):
            run.go_without(INDEX_VERSION)
        found = await self._candidates.find(run, serving)
        return await self._ranking.rank(run, serving.index, found)

    def _key(self, condition: Condition, query: SearchQuery, chosen: ChosenProfile) -> ResultKey | None:
        """Under which a result is remembered; None where what is served is not what was asked for."""
        tenant = condition.visible.tenant
        build = self._parts.served.build(tenant)
        if build is None or chosen.assumed or build.index_version != self._parts.served.wanted(tenant):
            return None
        asked = replace(query, explain=False) if query.explain else query
        return ResultKey(condition, asked, chosen.profile, build.digest)

    def _result(self, run: SearchRun, ranked: Ranked, serving: Serving | None, total: float) -> SearchResult:
        build = serving.build if serving else None
        follows = ""
        if build is not None and not ranked.last:
            follows = self._parts.pages.write(run.condition, run.query, build.digest, run.page, ranked.keys)
        return SearchResult(
            passages=ranked.passages,
            degradations=tuple(run.degradations),
            timings=run.timings(total),
            index_version=build.index_version if build else "",
            content_revision=build.revision if build else 0,
            profile=run.chosen.id,
            pressure=run.plan.level,
            next_page=follows,
        )

    def _kept(
        self, run: SearchRun, result: SearchResult, ranked: Ranked, key: ResultKey | None
    ) -> SearchResult:
        """Remembers a result, or explains it: one that is explained is always found anew."""
        if run.query.explain:
            in_cache = key is not None and self._parts.results.holds(key)
            return replace(result, explanation=explain(run, ranked.candidates, in_cache=in_cache))
        if key is not None:
            self._parts.results.keep(key, result)
        return result

    def _since(self, started: float) -> float:
        return (self._parts.clock.monotonic() - started) * 1000.0


def _is_of(key: ResultKey | None, serving: Serving | None) -> bool:
    """Whether what is served is what a result would be remembered for; a search may have waited long."""
    return key is not None and serving is not None and key.content == serving.build.digest
