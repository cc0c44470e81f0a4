"""One search under way: what limits it, and what it has seen so far."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeVar

from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import CausewayError
from libs.common.metrics import DEGRADATIONS
from libs.common.optional import optional
from libs.common.stage import Stage
from services.retrieval.explanation import ExplainedCandidate, ExplainedStage, Explanation, StageName
from services.retrieval.index import Index, IndexFailure
from services.retrieval.profiles import ChosenProfile
from services.retrieval.search_pages import Page
from services.retrieval.search_plan import (
    CACHED_VECTORS,
    FAILED_KIND,
    FULL_KIND,
    LANGUAGE,
    RERANKED_KIND,
    WORDS_KIND,
    SearchPlan,
)
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import Timings
from services.retrieval.visibility import Condition

T = TypeVar("T")

LEANING = 0.3
"""Weight of the vectors where the embedding model does not know the question's language."""

TIMED: dict[StageName, str] = {
    "embed": "embed",
    "dense": "search",
    "bm25": "search",
    "hybrid": "search",
    "fuse": "fuse",
    "rerank": "rerank",
    "select": "fuse",
}
"""Which timing each step counts towards."""


@dataclass(slots=True)
class Step:
    """A step under way; what came of it is noted here.

    Attributes:
        found: What came out of it: candidates, or passages.
        note: What is to be said about it, in words.
    """

    found: int = 0
    note: str = ""


@dataclass(slots=True)
class SearchRun:
    """One search under way.

    Attributes:
        query: What is looked for.
        condition: What the caller may see of it.
        chosen: How to search.
        plan: What the pressure leaves of that.
        page: What earlier pages held.
        deadline: When nobody waits any more.
        clock: Tells the time.
        pressed: Whether the pressure has risen since, so that what is dear should end.
        degradations: What it went without.
        stages: What was done.
        language: The question's language, ISO 639-1; empty where it could not be told.
        failed: Whether a step failed that is not skipped on purpose.
    """

    query: SearchQuery
    condition: Condition
    chosen: ChosenProfile
    plan: SearchPlan
    page: Page
    deadline: Deadline
    clock: Clock
    pressed: Callable[[], bool] = lambda: False
    degradations: list[str] = field(default_factory=list)
    stages: list[ExplainedStage] = field(default_factory=list)
    language: str = ""
    failed: bool = False

    @property
    def kind(self) -> str:
        """Its class of work, each with a cost of its own: failed, words, full or reranked.

        What a search costs that waited for something broken says nothing about the others.
        """
        if self.failed:
            return FAILED_KIND
        if CACHED_VECTORS in self.degradations:
            return WORDS_KIND
        reranked = any(done.name == "rerank" and done.found for done in self.stages)
        return RERANKED_KIND if reranked else FULL_KIND

    def go_without(self, step: str) -> None:
        """Says in the result and in the metrics that a step was skipped."""
        self.degradations.append(step)
        DEGRADATIONS.labels(step).inc()

    def within(self, index: Index, share: float = 1.0) -> AbstractAsyncContextManager[object]:
        """Bounds a question to an index by a share of the time left.

        Only one that is asked over a network can be waited for: one in the process answers at its first turn.
        """
        return asyncio.timeout(self.deadline.left() * share) if index.at_once else nullcontext()

    def step(self, name: StageName, measured: str) -> AbstractContextManager[Step]:
        """Runs a block as a step of this search.

        Args:
            name: Its name in explanations.
            measured: Its name in metrics and traces.
        """
        return _Running(name, Stage(measured, self.clock), self.stages)

    def timings(self, total: float) -> Timings:
        """Returns how long the steps took.

        Args:
            total: Milliseconds that the whole search took.
        """
        spent = dict.fromkeys(TIMED.values(), 0.0)
        for done in self.stages:
            spent[TIMED[done.name]] += done.ms
        return Timings(**spent, total=total)

    async def optional(self, step: str, work: Awaitable[T]) -> T | None:
        """Goes without a step that fails: says so in the log and in the result."""
        return await optional(step, work, None, self._fail, (CausewayError, IndexFailure))

    def _fail(self, step: str) -> None:
        self.failed = True
        self.go_without(step)


class _Running:
    """A step of a search while its block runs; afterwards it is among the search's stages."""

    __slots__ = ("_done", "_name", "_stage", "_step")

    def __init__(self, name: StageName, stage: Stage, done: list[ExplainedStage]) -> None:
        self._name = name
        self._stage = stage
        self._done = done
        self._step = Step()

    def __enter__(self) -> Step:
        self._stage.__enter__()
        return self._step

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.append(ExplainedStage(self._name, self._stage.ms, self._step.found, self._step.note))
        self._stage.__exit__(kind, error, trace)


def explain(run: SearchRun, candidates: tuple[ExplainedCandidate, ...], *, in_cache: bool) -> Explanation:
    """Explains a search that is over.

    Args:
        run: The search.
        candidates: What became of each candidate.
        in_cache: The same search would have been answered from memory.
    """
    return Explanation(
        run.plan,
        run.chosen.profile,
        tuple(run.stages),
        candidates,
        in_cache,
        run.page.offset,
        run.language,
        dense_weight(run),
    )


def dense_weight(run: SearchRun) -> float:
    """Returns the weight of the vectors: the profile's, or less where they do not know the language."""
    weight = run.chosen.profile.dense_weight
    return min(weight, LEANING) if LANGUAGE in run.degradations else weight
