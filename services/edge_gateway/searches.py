"""Searches that explain themselves, as the playground shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from libs.common.caller import Caller


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Conditions that a passage must meet; they only narrow what the visitor may see.

    Attributes:
        uri_prefix: Only documents whose uri starts so.
        tags_any: Only documents that carry at least one of these tags.
        tags_all: Only documents that carry all of these.
        language: Only passages in this language.
        updated_from: Only documents that changed then or later, RFC 3339.
        updated_before: Only documents that changed before then, RFC 3339.
    """

    uri_prefix: str = ""
    tags_any: tuple[str, ...] = ()
    tags_all: tuple[str, ...] = ()
    language: str = ""
    updated_from: str = ""
    updated_before: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for.

    Attributes:
        query: The query.
        k: Passages; 0 for the profile's own number.
        profile: Id of a retrieval profile; empty for the tenant's.
        filter: Narrows the search.
    """

    query: str
    k: int = 0
    profile: str = ""
    filter: SearchFilter = field(default_factory=SearchFilter)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was meant to be done; see `ExplainedPlan` in the contract."""

    level: int
    k: int
    prefetch: int
    fusion: str
    dense_weight: float
    language: str
    rerank_model: str
    rerank_depth: int
    rerank_budget_ms: float
    per_document: int
    relevance_weight: float
    neighbours: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step, its milliseconds, and what came out of it."""

    name: str
    took_ms: float
    found: int
    note: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one stage made of a candidate.

    Attributes:
        score: Its score there.
        rank: Its rank there, from 1.
    """

    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was considered.

    Attributes:
        passage_id: Its id.
        title: The document's title.
        uri: The document's uri.
        heading_path: The headings above it.
        text: Its text; empty unless it is part of the result.
        rank: Its place in the result, from 1; 0 where it is none of it.
        outcome: What became of it; see `ExplainedCandidate` in the contract.
        because_of: The passage that decided that, if one did.
        boost: What it gained for being of the visitor's own page.
        dense: What the vector search made of it; None where that did not find it.
        bm25: The keyword search, likewise.
        fused: Both together.
        rerank: The re-ranking.
    """

    passage_id: str
    title: str
    uri: str
    heading_path: tuple[str, ...]
    text: str
    rank: int
    outcome: str
    because_of: str
    boost: float
    dense: Seen | None
    bm25: Seen | None
    fused: Seen | None
    rerank: Seen | None


@dataclass(frozen=True, slots=True)
class ExplainedSearch:
    """A search with how it came about.

    Attributes:
        profile: The profile that was used.
        index_version: The index that answered.
        content_revision: Its state.
        took_ms: Milliseconds of the whole search.
        degradations: Steps that were skipped.
        in_cache: Without an explanation it would have been answered from memory.
        plan: What was meant to be done.
        stages: What was done.
        candidates: What was considered, in the order of the fused score.
    """

    profile: str
    index_version: str
    content_revision: int
    took_ms: float
    degradations: tuple[str, ...]
    in_cache: bool
    plan: Plan
    stages: tuple[Stage, ...]
    candidates: tuple[Candidate, ...]


class Searches(Protocol):
    """What searches."""

    async def explain(self, caller: Caller, wanted: Wanted) -> ExplainedSearch:
        """Searches among what the caller may see, and explains the result."""
        ...
