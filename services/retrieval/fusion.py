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
from typing import Literal, NamedTuple, overload

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


class Fusion(Sequence[Fused]):
    """Passages by their fused scores, best first; each is put together when it is looked at.

    A search fuses some two hundred and looks at a dozen.

    Args:
        scores: The fused score of each passage; equal ones stay in this order.
        dense: Its score in the vector search, where that found it.
        bm25: Its score in the keyword search, where that found it.
    """

    __slots__ = ("_bm25", "_dense", "_keys", "_scores")

    def __init__(
        self, scores: Mapping[Key, float], dense: Mapping[Key, float], bm25: Mapping[Key, float]
    ) -> None:
        self._scores, self._dense, self._bm25 = scores, dense, bm25
        self._keys = sorted(scores, key=scores.__getitem__, reverse=True)

    def without(self, left_out: Callable[[Key], bool]) -> Fusion:
        """Returns the others, as they are scored here."""
        kept = {key: score for key, score in self._scores.items() if not left_out(key)}
        return Fusion(kept, self._dense, self._bm25)

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> Fused: ...
    @overload
    def __getitem__(self, place: slice) -> list[Fused]: ...
    def __getitem__(self, place: int | slice) -> Fused | list[Fused]:
        if isinstance(place, slice):
            return [self._fused(key) for key in self._keys[place]]
        return self._fused(self._keys[place])

    def _fused(self, key: Key) -> Fused:
        return Fused(key, self._scores[key], self._dense.get(key), self._bm25.get(key))


def fuse(method: Method, dense: Sequence[Hit], bm25: Sequence[Hit], dense_weight: float) -> Fusion:
    """Fuses two lists into one, best first.

    Equal scores are in the order of the vector search's hits, then of the keyword search's.

    Args:
        method: `normalised_sum` or `reciprocal_rank`.
        dense: Hits of the vector search, best first, each passage once.
        bm25: Hits of the keyword search, best first, each passage once.
        dense_weight: Weight of the vector search, 0 to 1; the keyword search has the rest.
    """
    shares, rest = _SHARES[method], 1.0 - dense_weight
    scores = {key: dense_weight * share for key, share in shares(dense).items()}
    known = scores.get
    for key, share in shares(bm25).items():
        scores[key] = known(key, 0.0) + rest * share
    return Fusion(scores, dict(dense), dict(bm25))


def normalised(hits: Sequence[Hit]) -> Mapping[Key, float]:
    """Maps each passage's score to 0 (the last) to 1 (the first); all to 1 where they are equal."""
    if not hits:
        return {}
    keys, scores = zip(*hits, strict=True)
    low, high = min(scores), max(scores)
    if high <= low:
        return dict.fromkeys(keys, 1.0)
    span = high - low
    return dict(zip(keys, [(score - low) / span for score in scores], strict=True))


def reciprocal_ranks(hits: Sequence[Hit]) -> Mapping[Key, float]:
    """Maps each passage to 1 / (60 + rank), in units of the first rank's share."""
    first = RANK_CONSTANT + 1
    return {key: first / (first + place) for place, (key, _) in enumerate(hits)}


_SHARES: Mapping[Method, Callable[[Sequence[Hit]], Mapping[Key, float]]] = {
    "normalised_sum": normalised,
    "reciprocal_rank": reciprocal_ranks,
}
