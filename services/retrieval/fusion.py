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
from operator import itemgetter
from typing import Literal, NamedTuple

from services.retrieval.index import Hit, Key

Method = Literal["normalised_sum", "reciprocal_rank"]

RANK_CONSTANT = 60
"""Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009."""


class Fused(NamedTuple):
    """A passage with what each stage gave it; a tuple, since a search makes hundreds.

    Attributes:
        key: What the index calls the passage.
        score: The fused score, 0 to 1.
        dense: Its score in the vector search, None where that did not find it.
        bm25: Its score in the keyword search, None where that did not find it.
    """

    key: Key
    score: float
    dense: float | None
    bm25: float | None


def fuse(method: Method, dense: Sequence[Hit], bm25: Sequence[Hit], dense_weight: float) -> list[Fused]:
    """Fuses two lists into one, best first.

    Equal scores are in the order of the vector search's hits, then of the keyword search's.

    Args:
        method: `normalised_sum` or `reciprocal_rank`.
        dense: Hits of the vector search, best first, each passage once.
        bm25: Hits of the keyword search, best first, each passage once.
        dense_weight: Weight of the vector search, 0 to 1; the keyword search has the rest.
    """
    shares = _SHARES[method]
    scores = {key: dense_weight * share for key, share in shares(dense).items()}
    known = scores.get
    for key, share in shares(bm25).items():
        scores[key] = known(key, 0.0) + (1.0 - dense_weight) * share
    in_order = sorted(scores.items(), key=_score, reverse=True)  # stable: equal ones stay as they came
    dense_score, bm25_score = dict(dense).get, dict(bm25).get
    return [Fused(key, score, dense_score(key), bm25_score(key)) for key, score in in_order]


def normalised(hits: Sequence[Hit]) -> Mapping[Key, float]:
    """Maps each passage's score to 0 (the last) to 1 (the first); all to 1 where they are equal."""
    if not hits:
        return {}
    scores = [score for _, score in hits]
    low, high = min(scores), max(scores)
    if high <= low:
        return {key: 1.0 for key, _ in hits}
    span = high - low
    return {key: (score - low) / span for key, score in hits}


def reciprocal_ranks(hits: Sequence[Hit]) -> Mapping[Key, float]:
    """Maps each passage to 1 / (60 + rank), in units of the first rank's share."""
    first = RANK_CONSTANT + 1
    return {key: first / (first + place) for place, (key, _) in enumerate(hits)}


_SHARES: Mapping[Method, Callable[[Sequence[Hit]], Mapping[Key, float]]] = {
    "normalised_sum": normalised,
    "reciprocal_rank": reciprocal_ranks,
}

_score = itemgetter(1)
