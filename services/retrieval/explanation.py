"""How a search came to its result, for those who tune it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from libs.common.manifest import Profile
from services.retrieval.found_passage import FoundPassage
from services.retrieval.search_plan import SearchPlan

StageName = Literal["embed", "dense", "bm25", "hybrid", "fuse", "rerank", "select"]
"""The steps of a search."""

Outcome = Literal["returned", "joined", "beyond_k", "same_document", "similar"]
"""Why a candidate is on the page, or not."""

MOST_CANDIDATES = 200
"""Candidates that an explanation shows, best first."""


@dataclass(frozen=True, slots=True)
class ExplainedStage:
    """One step of a search.

    Attributes:
        name: Its name.
        ms: Milliseconds that it took.
        found: What came out of it: candidates, or passages.
        note: What is to be said about it, in words; may be empty.
    """

    name: StageName
    ms: float
    found: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedCandidate:
    """What became of one candidate.

    Attributes:
        found: The passage with its scores.
        fused_rank: Its rank after fusion, from 1.
        dense_rank: Its rank in the vector search, from 1; 0 where that did not find it.
        bm25_rank: Its rank in the keyword search, likewise.
        rerank_rank: Its rank after the re-ranking, likewise.
        rank: Its place on the page, from 1, or that of what it was joined to; 0 where it is not on it.
        outcome: Why it is on the page, or not.
        because_of: Id of the passage that it was joined to, or that it resembles; may be empty.
    """

    found: FoundPassage
    fused_rank: int
    dense_rank: int
    bm25_rank: int
    rerank_rank: int
    rank: int
    outcome: Outcome
    because_of: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a search came to its result.

    Attributes:
        plan: What the pressure left of the profile.
        profile: How it was to be searched.
        stages: What was done, in order.
        candidates: Those that the caller may see, in the order of their fused score.
        in_cache: The same search without explanation would have been answered from memory.
        offset: Passages that earlier pages held.
        language: The question's language, ISO 639-1; empty where it could not be told.
        dense_weight: Weight that the vectors had in the fusion, where both searches answered.
    """

    plan: SearchPlan
    profile: Profile
    stages: tuple[ExplainedStage, ...]
    candidates: tuple[ExplainedCandidate, ...]
    in_cache: bool
    offset: int
    language: str = ""
    dense_weight: float = 0.5
