"""Fusion: makes one ranking of the vector search's hits and the keyword search's hits.

A passage that is missing from a list gets nothing from it, and neither does the last one of a list
under the normalised sum: a list says how much better than its own last hit a passage is, and of a
passage that it does not hold it says nothing. Both methods give scores from 0 to 1.

Which method and which weight is better depends on the documents, so both belong to the profile.
Over the 29 BEIR sets the normalised sum reached a mean nDCG@10 of .483, reciprocal ranks .465
(castorini/pyserini, docs/experiments-beir-fusion.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from services.retrieval.index import Hit

Method = Literal["normalised_sum", "reciprocal_rank"]

RANK_CONSTANT = 60
"""Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009."""


class Fused(NamedTuple):
    """A passage with what each stage gave it; a tuple, since a search makes hundreds.

    Attributes:
        passage_id: The passage.
        score: The fused score, 0 to 1.
        dense: Its score in the vector search, None where that did not find it.
        bm25: Its score in the keyword search, None where that did not find it.
    """

    passage_id: str
    score: float
    dense: float | None
    bm25: float | None


def fuse(method: Method, dense: Sequence[Hit], bm25: Sequence[Hit], dense_weight: float) -> list[Fused]:
    """Fuses two lists into one, best first.

    Equal scores are ordered by the vector search's score, then by the keyword search's, then by the
    passage's id, so that equal input gives equal output.

    Args:
        method: `normalised_sum` or `reciprocal_rank`.
        dense: Hits of the vector search, best first, each passage once.
        bm25: Hits of the keyword search, best first, each passage once.
        dense_weight: Weight of the vector search, 0 to 1; the keyword search has the rest.
    """
    shares = _SHARES[method]
    dense_share, bm25_share = shares(dense).get, shares(bm25).get
    dense_score, bm25_score = dict(dense), dict(bm25)
    bm25_weight = 1.0 - dense_weight
    fused = [
        Fused(
            passage_id,
            dense_weight * dense_share(passage_id, 0.0) + bm25_weight * bm25_share(passage_id, 0.0),
            dense_score.get(passage_id),
            bm25_score.get(passage_id),
        )
        for passage_id in dense_score | bm25_score
    ]
    fused.sort(key=_rank)
    return fused


def normalised(hits: Sequence[Hit]) -> Mapping[str, float]:
    """Maps each passage's score to 0 (the last) to 1 (the first); all to 1 where they are equal."""
    if not hits:
        return {}
    low, high = min(hit.score for hit in hits), max(hit.score for hit in hits)
    if high <= low:
        return {hit.passage_id: 1.0 for hit in hits}
    return {hit.passage_id: (hit.score - low) / (high - low) for hit in hits}


def reciprocal_ranks(hits: Sequence[Hit]) -> Mapping[str, float]:
    """Maps each passage to 1 / (60 + rank), in units of the first rank's share."""
    first = RANK_CONSTANT + 1
    return {hit.passage_id: first / (first + place) for place, hit in enumerate(hits)}


_NOWHERE = float("inf")

_SHARES: Mapping[Method, Callable[[Sequence[Hit]], Mapping[str, float]]] = {
    "normalised_sum": normalised,
    "reciprocal_rank": reciprocal_ranks,
}


def _rank(fused: Fused) -> tuple[float, float, float, str]:
    passage_id, score, dense, bm25 = fused
    return (-score, _NOWHERE if dense is None else -dense, _NOWHERE if bm25 is None else -bm25, passage_id)
