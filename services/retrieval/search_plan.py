"""What a search does at each level of pressure."""

from __future__ import annotations

from dataclasses import dataclass

from libs.common.admission import Kinds
from libs.common.manifest import Profile
from services.retrieval.search_pages import MOST_PASSAGES

RERANK = "rerank"
REDUCED = "reduced_k"
CACHED_VECTORS = "cached_vectors"
LANGUAGE = "language"
"""Degradations: no re-ranking; half the passages from half the candidates; no vectors but known ones; the
embedding model does not know the question's language, so that words count for more."""

RERANKED_KIND, FULL_KIND, WORDS_KIND, FAILED_KIND = "reranked", "full", "words", "failed"
"""Classes of work, each with a cost of its own."""

_NOT_RERANKED_FROM = 1
_HALVED_FROM = 2
_CACHED_FROM = 3


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How one search is done.

    Attributes:
        k: Passages returned.
        prefetch: Candidates taken from each of the vector and the keyword search.
        embeds: Whether a query whose vector is not known may be embedded.
        degradations: What it goes without because of the pressure, by name.
        level: The level of pressure, 0 to 3.
        reranks: Whether candidates are looked at again.
    """

    k: int
    prefetch: int
    embeds: bool
    degradations: tuple[str, ...]
    level: int = 0
    reranks: bool = False


def plan_search(wanted: int, profile: Profile, level: int, offset: int = 0) -> SearchPlan:
    """Returns the plan for a level of pressure.

    Level 1 skips the re-ranking, where a profile has any. What each level costs in quality stands in
    docs/guides/overload.md.

    Args:
        wanted: Passages asked for; 0 means the profile's own.
        profile: The retrieval profile.
        level: 0 to 3.
        offset: Passages that earlier pages held: candidates are taken from beyond them.
    """
    k = min(wanted or profile.k, MOST_PASSAGES - offset)
    prefetch = max(profile.prefetch, k)
    degradations: tuple[str, ...] = ()
    reranks = profile.rerank is not None and level < _NOT_RERANKED_FROM
    if profile.rerank is not None and not reranks:
        degradations += (RERANK,)
    if level >= _HALVED_FROM:
        k, prefetch = max(1, (k + 1) // 2), max(1, (prefetch + 1) // 2)
        degradations += (REDUCED,)
    # One more than the page holds, which tells whether another one follows.
    return SearchPlan(k, max(prefetch, offset + k + 1), level < _CACHED_FROM, degradations, level, reranks)


def kinds_of(profile: Profile) -> Kinds:
    """Returns the class of work that a search is at each level of pressure.

    Args:
        profile: The retrieval profile.
    """
    return (FULL_KIND if profile.rerank is None else RERANKED_KIND, FULL_KIND, FULL_KIND, WORDS_KIND)
