"""Ranks the candidates of a search, and chooses the passages of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from libs.common.errors import DependencyUnavailable
from libs.embedding.embedder import Vectors
from services.retrieval.candidates import Candidates
from services.retrieval.explained_candidates import explain_candidates
from services.retrieval.explanation import MOST_CANDIDATES, ExplainedCandidate
from services.retrieval.found_passage import FoundPassage
from services.retrieval.fusion import Fused, fuse
from services.retrieval.index import Index, IndexFailure, StoredPassage
from services.retrieval.page_hint import BOOST, same_page
from services.retrieval.reranking import Reranking
from services.retrieval.search_run import SearchRun, dense_weight
from services.retrieval.selection import considered, select


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranked page.

    Attributes:
        passages: Best first.
        last: No candidate is left for another page.
        candidates: All of them, where the search is to be explained.
    """

    passages: tuple[FoundPassage, ...] = ()
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
        """
        with run.step("fuse", "fuse") as step:
            fused = [each for each in _fused(run, found) if not run.page.holds(each.passage_id)]
            step.found = len(fused)
            fetched = await _fetched(run, index, found, fused[: _fetches(run)])
        head = {each.passage_id for each in fused[: _considered(run)]}
        eligible = [each for each in fetched.passages if each.passage.passage_id in head]
        eligible.sort(key=lambda each: -each.score)
        ranked = await self._reranking.rerank(run, eligible)
        with run.step("select", "select") as step:
            chosen = select(ranked, fetched.vectors, run.plan.k, run.chosen.profile)
            step.found = len(chosen.passages)
        last = len(fused) <= len(chosen.places)
        if not run.query.explain:
            return Ranked(chosen.passages, last)
        rest = [each for each in fetched.passages if each.passage.passage_id not in head]
        return Ranked(chosen.passages, last, explain_candidates(fused, found, [*ranked, *rest], chosen))


@dataclass(frozen=True, slots=True)
class _Fetched:
    """Candidates as they were read, in the order of their fused scores, with their vectors by id."""

    passages: list[FoundPassage]
    vectors: dict[str, Vectors]


def _fused(run: SearchRun, found: Candidates) -> list[Fused]:
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
        stored = await index.fetch([each.passage_id for each in fused], run.condition)
    except IndexFailure as error:
        raise DependencyUnavailable("The passages cannot be read; try again shortly.") from error
    by_id = {entry.passage.passage_id: entry for entry in stored}
    passages = [
        _found(run.query.page_url, by_id[each.passage_id], each, found.vector)
        for each in fused
        if each.passage_id in by_id
    ]
    return _Fetched(passages, {passage_id: entry.vector for passage_id, entry in by_id.items()})


def _found(page_url: str, stored: StoredPassage, fused: Fused, vector: Vectors | None) -> FoundPassage:
    boost = BOOST if page_url and same_page(page_url, stored.passage) else 0.0
    dense = fused.dense
    if dense is None and vector is not None:
        dense = float(np.dot(vector, stored.vector))
    return FoundPassage(stored.passage, fused.score + boost, fused.score, dense, fused.bm25, boost)
