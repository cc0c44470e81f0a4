"""The degradations that are measured, each with the profile under which it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RERANKING = "thorough-1"
"""A profile that re-ranks: under the default one, the first level costs nothing."""


@dataclass(frozen=True, slots=True)
class DegradationCase:
    """One degradation.

    Attributes:
        name: What the search goes without, as the table has it.
        variant: What `benchmarks.degraded_service` is told.
        profile: The tenant's profile; empty for the default one.
        compared: Name of the case that it is compared with.
    """

    name: str
    variant: str
    profile: str = ""
    compared: str = ""


_WHOLE, _RERANKED = "level 0: nothing", f"`{RERANKING}`, level 0: nothing"
CASES: Sequence[DegradationCase] = (
    DegradationCase(_WHOLE, "level-0"),
    DegradationCase("level 1: re-ranking, if any", "level-1", compared=_WHOLE),
    DegradationCase("level 2: half of all", "level-2", compared=_WHOLE),
    DegradationCase("level 3: half of all, new vectors", "level-3", compared=_WHOLE),
    DegradationCase("vectors lost", "no-vectors", compared=_WHOLE),
    DegradationCase("keywords lost", "no-words", compared=_WHOLE),
    DegradationCase(_RERANKED, "level-0", RERANKING),
    DegradationCase(f"`{RERANKING}`, level 1: re-ranking", "level-1", RERANKING, _RERANKED),
)
