"""Ranks the candidates of a search, and chooses the passages of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from libs.common.errors import DependencyUnavailable
from libs.embedding.embedder import Vectors
from services.retrieval.candidates import Candidates
from services.retrieval.explanation import MOST_CANDIDATES, ExplainedCandidate
from services.retrieval.found_passage import FoundPassage
from services.retrieval.fusion import Fused, fuse
from services.retrieval.index import Hit, Index, IndexFailure, StoredPassage
from services.retrieval.page_hint import BOOST, same_page
from services.retrieval.search_run import SearchRun


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
    """Ranks candidates as their search's profile says."""

    async def rank(self, run: SearchRun, index: Index, found: Candidates) -> Ranked:
        """Returns the passages of the page.

        Raises:
            DependencyUnavailable: The passages cannot be read.
        """
        with run.step("fuse", "fuse") as step:
            fused = [each for each in _fused(run, found) if not run.page.holds(each.passage_id)]
            step.found = len(fused)
            candidates = await _fetched(run, index, found, fused[: _fetches(run)])
        head = {each.passage_id for each in fused[: _considered(run)]}
        considered = [each for each in candidates if each.passage.passage_id in head]
        page = tuple(sorted(considered, key=lambda each: -each.score)[: run.plan.k])
        explained = _explained(fused, found, candidates, page) if run.query.explain else ()
        return Ranked(page, len(fused) <= len(page), explained)


def _fused(run: SearchRun, found: Candidates) -> list[Fused]:
    profile = run.chosen.profile
    weight = 0.0 if found.near is None else 1.0 if found.words is None else profile.dense_weight
    return fuse(profile.fusion, found.near or [], found.words or [], weight)


def _considered(run: SearchRun) -> int:
    """How many candidates may come onto the page: with a hint, some from just beyond its end."""
    return run.plan.k * 2 if run.query.page_url else run.plan.k


def _fetches(run: SearchRun) -> int:
    """How many candidates are read: an explanation also names those that are too far down."""
    return max(_considered(run), MOST_CANDIDATES if run.query.explain else 0)


async def _fetched(
    run: SearchRun, index: Index, found: Candidates, fused: Sequence[Fused]
) -> list[FoundPassage]:
    try:
        stored = await index.fetch([each.passage_id for each in fused], run.condition)
    except IndexFailure as error:
        raise DependencyUnavailable("The passages cannot be read; try again shortly.") from error
    by_id = {entry.passage.passage_id: entry for entry in stored}
    return [
        _found(run.query.page_url, by_id[each.passage_id], each, found.vector)
        for each in fused
        if each.passage_id in by_id
    ]


def _found(page_url: str, stored: StoredPassage, fused: Fused, vector: Vectors | None) -> FoundPassage:
    boost = BOOST if page_url and same_page(page_url, stored.passage) else 0.0
    dense = fused.dense
    if dense is None and vector is not None:
        dense = float(np.dot(vector, stored.vector))
    return FoundPassage(stored.passage, fused.score + boost, fused.score, dense, fused.bm25, boost)


def _explained(
    fused: Sequence[Fused],
    found: Candidates,
    candidates: Sequence[FoundPassage],
    page: Sequence[FoundPassage],
) -> tuple[ExplainedCandidate, ...]:
    by_id = {each.passage.passage_id: each for each in candidates}
    places = {each.passage.passage_id: place for place, each in enumerate(page, start=1)}
    dense, bm25 = _ranks(found.near), _ranks(found.words)
    return tuple(
        ExplainedCandidate(
            found=by_id[each.passage_id],
            fused_rank=rank,
            dense_rank=dense.get(each.passage_id, 0),
            bm25_rank=bm25.get(each.passage_id, 0),
            rank=places.get(each.passage_id, 0),
            outcome="returned" if each.passage_id in places else "beyond_k",
        )
        for rank, each in enumerate(fused, start=1)
        if each.passage_id in by_id
    )


def _ranks(hits: Sequence[Hit] | None) -> dict[str, int]:
    return {hit.passage_id: rank for rank, hit in enumerate(hits or (), start=1)}
