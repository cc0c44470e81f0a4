"""Ranks the candidates of a search, and chooses the passages of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from libs.common.errors import DeadlineExceeded, DependencyUnavailable
from libs.embedding.embedder import Vectors
from services.retrieval.candidates import Candidates
from services.retrieval.explained_candidates import explain_candidates
from services.retrieval.explanation import MOST_CANDIDATES, ExplainedCandidate
from services.retrieval.found_passage import FoundPassage
from services.retrieval.fusion import Fused, Fusion, fuse
from services.retrieval.index import Index, IndexFailure, Key, StoredPassage
from services.retrieval.page_hint import BOOST, same_page
from services.retrieval.reranking import Reranking
from services.retrieval.search_run import SearchRun, dense_weight
from services.retrieval.selection import considered, select


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranked page.

    Attributes:
        passages: Best first.
        keys: The index's keys of all that they hold.
        last: No candidate is left for another page.
        candidates: All of them, where the search is to be explained.
    """

    passages: tuple[FoundPassage, ...] = ()
    keys: tuple[Key, ...] = ()
    last: bool = True
    candidates: tuple[ExplainedCandidate, ...] = ()


class Ranking:
    """Ranks candidates as their search's profile says.

    Args:
        reranking: Looks at the best of them again.
    """

    def __init__(self, reranking: Reranking) -> None:
        self._reranking = reranking

    async def rank(self, run: SearchRun, index: Index, found: Candidates) -> Ranked:
        """Returns the passages of the page.

        Raises:
            DependencyUnavailable: The passages cannot be read.
            DeadlineExceeded: They could not be read in time.
        """
        with run.step("fuse", "fuse") as step:
            fused = _fused(run, found)
            if run.page.seen:
                fused = fused.without(run.page.holds)
            step.found = len(fused)
            fetched = await _fetched(run, index, found, fused[: _fetches(run)])
        considered = fetched.among(fused[: _considered(run)])
        ranked = await self._reranking.rerank(run, sorted(considered, key=_by_score, reverse=True))
        with run.step("select", "select") as step:
            chosen = select(ranked, fetched.vectors, run.plan.k, run.chosen.profile)
            step.found = len(chosen.passages)
        page = Ranked(
            passages=chosen.passages,
            keys=tuple(
                key for key, one in fetched.passages.items() if one.passage.passage_id in chosen.places
            ),
            last=len(fused) <= len(chosen.places),
        )
        if not run.query.explain:
            return page
        everything = [*ranked, *fetched.among(fused[_considered(run) :])]
        ids = {key: one.passage.passage_id for key, one in fetched.passages.items()}
        return replace(page, candidates=explain_candidates(fused, found, ids, everything, chosen))


@dataclass(frozen=True, slots=True)
class _Fetched:
    """Candidates as they were read, by their keys; their vectors by passage id, where they are compared."""

    passages: dict[Key, FoundPassage]
    vectors: dict[str, Vectors]

    def among(self, fused: Sequence[Fused]) -> list[FoundPassage]:
        """Returns those of some candidates that could be read, in their order."""
        return [self.passages[each.key] for each in fused if each.key in self.passages]


def _fused(run: SearchRun, found: Candidates) -> Fusion:
    profile = run.chosen.profile
    weight = 0.0 if found.near is None else 1.0 if found.words is None else dense_weight(run)
    return fuse(profile.fusion, found.near or [], found.words or [], weight)


def _considered(run: SearchRun) -> int:
    """How many candidates may come onto the page."""
    profile, k = run.chosen.profile, run.plan.k
    hinted = k * 2 if run.query.page_url else k  # some from just beyond the end may move up
    reranked = profile.rerank.depth if profile.rerank is not None and run.plan.reranks else 0
    return max(hinted, reranked, considered(profile, k))


def _fetches(run: SearchRun) -> int:
    """How many candidates are read: an explanation also names those that are too far down."""
    return max(_considered(run), MOST_CANDIDATES if run.query.explain else 0)


async def _fetched(run: SearchRun, index: Index, found: Candidates, fused: Sequence[Fused]) -> _Fetched:
    try:
        async with run.within(index):
            stored = await index.fetch([each.key for each in fused], run.condition)
        passages = {
            each.key: _found(run.query.page_url, stored[each.key], each, found.vector)
            for each in fused
            if each.key in stored
        }
        compared = stored.values() if run.chosen.profile.relevance < 1.0 else ()
        return _Fetched(passages, {entry.passage.passage_id: entry.vector for entry in compared})
    except TimeoutError as error:
        raise DeadlineExceeded("Reading the passages took too long; allow the call more time.") from error
    except IndexFailure as error:
        raise DependencyUnavailable("The passages cannot be read; try again shortly.") from error


def _found(page_url: str, stored: StoredPassage, fused: Fused, vector: Vectors | None) -> FoundPassage:
    boost = BOOST if page_url and same_page(page_url, stored.passage) else 0.0
    dense = fused.dense
    if dense is None and vector is not None:
        own = stored.vector
        dense = float(np.dot(vector, own)) if own.shape == vector.shape else None
    return FoundPassage(stored.passage, fused.score + boost, fused.score, dense, fused.bm25, boost)


_by_score = attrgetter("score")
