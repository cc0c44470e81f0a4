"""Re-ranking: a closer look at the best candidates, within a budget of time and no longer than it helps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Literal

from libs.common.metrics import RERANKED
from libs.common.optional import optional
from libs.common.retrieval_profile import Rerank
from services.retrieval.best_window import best_window
from services.retrieval.found_passage import FoundPassage
from services.retrieval.passage import Passage
from services.retrieval.reranker import Reranker
from services.retrieval.rerankers import Rerankers
from services.retrieval.search_plan import RERANK
from services.retrieval.search_run import SearchRun

_BATCH = 4
"""Candidates between two looks at the clock and at the order."""
_PATIENCE = 8
"""So many candidates in a row that do not reach the page, and the order counts as settled."""
_SMOOTHING = 0.2
_FORGETTING = 0.9
"""An estimate for which nothing fits shrinks so, search by search: it would otherwise never be made anew."""
Ended = Literal["complete", "settled", "out_of_time", "failed", "not_loaded"]

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
    """Looks at candidates again, beside the event loop.

    Args:
        rerankers: Gives the models.
        threads: Searches that are re-ranked at the same time; the others wait, within their budgets.
    """

    def __init__(self, rerankers: Rerankers, threads: int) -> None:
        self._rerankers = rerankers
        self._pool = ThreadPoolExecutor(threads, "rerank")
        self._seconds: dict[str, float] = {}

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
        with run.step("rerank", "rerank") as step:
            now = run.clock.monotonic()
            look = _Look(how, now + min(how.budget_ms / 1000.0, run.deadline.left() * _DEADLINE_SHARE))
            reranker = self._rerankers.get(how.model)
            if reranker is not None:
                work = self._look(run, look, reranker, candidates[: how.depth])
                look.ended = await optional(RERANK, work, "failed", look.forget)
            step.found, step.note = len(look.scores), look.ended.replace("_", " ")
        RERANKED.labels(how.model, look.ended).inc()
        if len(look.scores) < min(run.plan.k, len(candidates), how.depth):
            run.go_without(RERANK)
        return _ordered(look, candidates)

    def close(self) -> None:
        """Drops what waits; what runs ends in its own time."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _look(
        self, run: SearchRun, look: _Look, reranker: Reranker, candidates: Sequence[FoundPassage]
    ) -> Ended:
        """Looks until there is no more to look at, no time or no need; returns which."""
        try:
            while rest := candidates[len(look.scores) :]:
                left = look.until - run.clock.monotonic()
                batch = rest[: self._that_fit(look, left)]
                if not batch:
                    return "out_of_time"
                texts = [_shown(found.passage, run.query.text, reranker.window) for found in batch]
                async with asyncio.timeout(left):
                    look.scores += await self._score(look.how.model, reranker, run.query.text, texts)
                if _settled(look, candidates, run.plan.k):
                    return "settled"
        except TimeoutError:
            return "out_of_time"
        return "complete"

    def _that_fit(self, look: _Look, left: float) -> int:
        """How many candidates can be looked at in the time left, by what one took lately."""
        each = self._seconds.get(look.how.model, 0.0)
        count = _BATCH if each * _BATCH <= max(left, 0.0) else int(max(left, 0.0) / each)
        if left > 0.0 and not count and not look.scores:
            self._seconds[look.how.model] = each * _FORGETTING
        return count if left > 0.0 else 0

    async def _score(self, model: str, reranker: Reranker, query: str, texts: Sequence[str]) -> list[float]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._timed, model, reranker, query, texts)

    def _timed(self, model: str, reranker: Reranker, query: str, texts: Sequence[str]) -> list[float]:
        """Scores on a thread; what it took is noted also where nobody waits for it any more."""
        began = time.perf_counter()
        scores = reranker.scores(query, texts)
        each = (time.perf_counter() - began) / len(texts)
        known = self._seconds.get(model, each)
        self._seconds[model] = known + _SMOOTHING * (each - known)
        return scores


def _shown(passage: Passage, query: str, words: int) -> str:
    above = passage.heading_path[-1] if passage.heading_path else passage.title
    return f"{above}\n{best_window(passage.text, query, words)}".strip()


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
