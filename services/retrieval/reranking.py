"""Re-ranking: a closer look at the best candidates, within a budget of time and no longer than it helps."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from libs.common.metrics import RERANKED
from libs.common.optional import optional
from libs.common.retrieval_profile import Rerank
from services.retrieval.found_passage import FoundPassage
from services.retrieval.rerank_threads import RerankThreads, Window
from services.retrieval.reranker import Reranker
from services.retrieval.rerankers import Rerankers
from services.retrieval.search_plan import RERANK
from services.retrieval.search_run import SearchRun

_PATIENCE = 8
"""So many candidates in a row that do not reach the page, and the order counts as settled."""
Ended = Literal["complete", "settled", "out_of_time", "no_turn", "under_pressure", "failed", "not_loaded"]

_DEADLINE_SHARE = 0.6
"""Part of the time left that re-ranking may take, whatever its budget says."""


@dataclass(slots=True)
class _Look:
    """A re-ranking under way.

    Attributes:
        how: The profile's wishes.
        until: When its time is over, on the monotonic clock.
        scores: What the candidates looked at so far got, in their order.
        ended: Why it ended.
    """

    how: Rerank
    until: float
    scores: list[float] = field(default_factory=list)
    ended: Ended = "not_loaded"

    def forget(self, _: str) -> None:
        """Drops what was found until a fault."""
        self.scores.clear()


class Reranking:
    """Looks at candidates again, beside the event loop, one search after the other.

    Several at a time would all be late: a search has all the threads, and those whose turn would come too
    late for what they need go without at once.

    Args:
        rerankers: Gives the models.
        threads: Candidates that are looked at at the same time.
    """

    def __init__(self, rerankers: Rerankers, threads: int) -> None:
        self._rerankers = rerankers
        self._threads = RerankThreads(threads)
        self._turn = asyncio.Lock()
        self._ahead: dict[int, tuple[_Look, int]] = {}

    async def rerank(self, run: SearchRun, candidates: Sequence[FoundPassage]) -> list[FoundPassage]:
        """Returns candidates with what re-ranking makes of their scores, best first.

        What was not looked at keeps its place behind what was. That nothing could be looked at, or less
        than the page holds, is a degradation.

        Args:
            run: The search; its profile says how.
            candidates: Best first.
        """
        how = run.chosen.profile.rerank
        if how is None or not run.plan.reranks or len(candidates) < 2:
            return list(candidates)
        page = min(run.plan.k, len(candidates), how.depth)
        with run.step("rerank", "rerank") as step:
            now = run.clock.monotonic()
            look = _Look(how, now + min(how.budget_ms / 1000.0, run.deadline.left() * _DEADLINE_SHARE))
            reranker = self._rerankers.get(how.model)
            if reranker is not None and not self._comes_in_time(run, look, page):
                look.ended = "no_turn"
            elif reranker is not None:
                work = self._take_turn(run, look, reranker, candidates[: how.depth])
                look.ended = await optional(RERANK, work, "failed", look.forget)
            step.found, step.note = len(look.scores), look.ended.replace("_", " ")
        RERANKED.labels(how.model, look.ended).inc()
        if len(look.scores) < page:
            run.go_without(RERANK)
        return _ordered(look, candidates)

    def close(self) -> None:
        """Drops what waits; what runs ends in its own time."""
        self._threads.close()

    def _comes_in_time(self, run: SearchRun, look: _Look, page: int) -> bool:
        """Whether the turn of a search will come early enough for its page; always true of the first."""
        if not self._ahead:
            return True
        before = sum(
            (count - len(other.scores)) * self._threads.seconds(other.how.model)
            for other, count in self._ahead.values()
        )
        return run.clock.monotonic() + before + page * self._threads.seconds(look.how.model) <= look.until

    async def _take_turn(
        self, run: SearchRun, look: _Look, reranker: Reranker, candidates: Sequence[FoundPassage]
    ) -> Ended:
        """Waits for the turn of a search and looks until it is over; returns why it is."""
        self._ahead[id(look)] = (look, len(candidates))
        try:
            async with asyncio.timeout(look.until - run.clock.monotonic()), self._turn:
                return await self._look(run, look, reranker, candidates)
        except TimeoutError:
            return "out_of_time"
        finally:
            del self._ahead[id(look)]

    async def _look(
        self, run: SearchRun, look: _Look, reranker: Reranker, candidates: Sequence[FoundPassage]
    ) -> Ended:
        """Looks at one candidate after the other, as many at a time as there are threads."""
        under_way: deque[asyncio.Future[float]] = deque()
        rest = deque(candidates)
        try:
            while rest or under_way:
                if run.pressed():
                    return "under_pressure"
                while rest and self._threads.is_free(len(under_way)) and self._fits(run, look):
                    window = Window(look.how.model, reranker, run.query.text, rest.popleft().passage)
                    under_way.append(self._threads.begin(window))
                if not under_way:
                    return "out_of_time"
                look.scores.append(await under_way.popleft())
                if _settled(look, candidates, run.plan.k):
                    return "settled"
            return "complete"
        finally:
            for begun in under_way:
                begun.cancel()

    def _fits(self, run: SearchRun, look: _Look) -> bool:
        """Whether there is time for another candidate, by what one took lately."""
        left = look.until - run.clock.monotonic()
        fits = left > 0.0 and self._threads.one(look.how.model) <= left
        if left > 0.0 and not fits and not look.scores:
            self._threads.doubt(look.how.model)
        return fits


def _final(how: Rerank, found: FoundPassage, score: float) -> float:
    return (1.0 - how.weight) * found.score + how.weight * score


def _settled(look: _Look, candidates: Sequence[FoundPassage], k: int) -> bool:
    """Whether what was not looked at yet cannot reach the page, or very likely will not.

    It cannot where even the best of scores would not lift the next candidate over the last of the page; it
    will hardly where the last eight, which were better before, did not either.
    """
    seen = len(look.scores)
    if seen <= k or seen == len(candidates):
        return False
    finals = [_final(look.how, *pair) for pair in zip(candidates, look.scores, strict=False)]
    bar = sorted(finals, reverse=True)[k - 1]
    if _final(look.how, candidates[seen], 1.0) <= bar:
        return True
    reached = [place for place, final in enumerate(finals) if final >= bar]
    return seen - 1 - max(reached) >= _PATIENCE


def _ordered(look: _Look, candidates: Sequence[FoundPassage]) -> list[FoundPassage]:
    seen = len(look.scores)
    if not seen:
        return list(candidates)
    looked_at = [
        replace(found, score=_final(look.how, found, score), rerank=score)
        for found, score in zip(candidates, look.scores, strict=False)
    ]
    rest = [replace(found, score=_final(look.how, found, 0.0)) for found in candidates[seen:]]
    return sorted(looked_at, key=lambda found: -found.score) + rest
