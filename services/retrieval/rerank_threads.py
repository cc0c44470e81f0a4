"""The threads on which candidates are looked at, and what a look takes."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from services.retrieval.best_window import best_window
from services.retrieval.giving_way import give_way
from services.retrieval.passage import Passage
from services.retrieval.reranker import Reranker

_SMOOTHING = 0.2
_FORGETTING = 0.9
"""An estimate for which nothing fits shrinks so, search by search: it would otherwise never be made anew."""


@dataclass(frozen=True, slots=True)
class Window:
    """A look to be taken.

    Attributes:
        model: The model's name.
        reranker: The model.
        query: The question.
        passage: What is looked at, by its best stretch.
    """

    model: str
    reranker: Reranker
    query: str
    passage: Passage

    def score(self) -> float:
        """Returns how well the passage answers the question, 0 to 1."""
        passage = self.passage
        above = passage.heading_path[-1] if passage.heading_path else passage.title
        text = f"{above}\n{best_window(passage.text, self.query, self.reranker.window)}".strip()
        return self.reranker.scores(self.query, [text])[0]


def useful(threads: int) -> int:
    """Returns so many threads, or as many as there are cores: on one core, two looks are both late."""
    if not hasattr(os, "sched_getaffinity"):  # macOS
        return min(threads, os.cpu_count() or 1)
    return min(threads, len(os.sched_getaffinity(0)))


class RerankThreads:
    """Takes looks beside the event loop, and gives way to it.

    Args:
        count: Looks that are taken at the same time.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, "rerank", give_way)
        self._seconds: dict[str, float] = {}

    def is_free(self, under_way: int) -> bool:
        """Whether another look can begin at once while so many are under way."""
        return under_way < self._count

    def one(self, model: str) -> float:
        """Returns the seconds that one look took lately; 0 before the first one."""
        return self._seconds.get(model, 0.0)

    def seconds(self, model: str) -> float:
        """Returns the seconds that each of many looks takes, since several are taken at the same time."""
        return self.one(model) / self._count

    def doubt(self, model: str) -> None:
        """Lets what one look took count for less, where by that nothing could be looked at."""
        self._seconds[model] = self.one(model) * _FORGETTING

    def begin(self, window: Window) -> asyncio.Future[float]:
        """Begins a look; one that is cancelled before a thread is free is never taken."""
        return asyncio.get_running_loop().run_in_executor(self._pool, self._timed, window)

    def close(self) -> None:
        """Drops what waits; what runs ends in its own time."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _timed(self, window: Window) -> float:
        """Looks; what it took is noted also where nobody waits for it any more."""
        began = time.perf_counter()
        score = window.score()
        took = time.perf_counter() - began
        known = self._seconds.get(window.model, took)
        self._seconds[window.model] = known + _SMOOTHING * (took - known)
        return score
