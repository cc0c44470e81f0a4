"""How a search came to its result, stage by stage and candidate by candidate."""

from __future__ import annotations

from dataclasses import dataclass

from causeway_client.passage import Scores


@dataclass(frozen=True, slots=True)
class ExplainedPlan:
    """What was meant to be done: the profile, and what the load left of it.

    Attributes:
        level: The level of pressure, 0 to 3.
        k: Passages to return.
        prefetch: Candidates taken from each of the vector and the keyword search.
        fusion: How both lists became one.
        dense_weight: Weight of the vectors in that, 0 to 1.
        language: The language that the question was taken for; may be empty.
        rerank_model: The re-ranking model; empty where nothing was to be re-ranked.
        rerank_depth: Candidates that it was to look at, at most.
        rerank_budget_ms: Milliseconds that it might take.
        per_document: Passages of one document that were let in; 0 for any number.
        relevance_weight: Weight of relevance against novelty, 0 to 1.
        neighbours: What was done with neighbouring passages: off, offer or join.
    """

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
class ExplainedStage:
    """One step.

    Attributes:
        name: embed, dense, bm25, hybrid, fuse, rerank or select.
        took_ms: Milliseconds that it took.
        found: What came out of it: candidates, or passages.
        note: What is to be said about it; may be empty.
    """

    name: str
    took_ms: float
    found: int
    note: str


@dataclass(frozen=True, slots=True)
class ExplainedCandidate:
    """What became of one candidate; ranks count from 1, and 0 means that a stage did not see it.

    Attributes:
        passage_id: The passage.
        document_id: Its document.
        uri: The document's uri.
        title: The document's title.
        heading_path: The headings above the passage.
        scores: What each stage gave it.
        dense_rank: Its rank in the vector search.
        bm25_rank: Its rank in the keyword search.
        fused_rank: Its rank after fusion.
        rerank_rank: Its rank after the re-ranking.
        boost: What it gained for being of the visitor's own page.
        score: What the result was ordered by.
        rank: Its place on this page; 0 where it is not on it.
        outcome: returned, joined, beyond_k, same_document or similar.
        because_of: The passage that it was joined to, or resembles.
    """

    passage_id: str
    document_id: str
    uri: str
    title: str
    heading_path: tuple[str, ...]
    scores: Scores
    dense_rank: int
    bm25_rank: int
    fused_rank: int
    rerank_rank: int
    boost: float
    score: float
    rank: int
    outcome: str
    because_of: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a result came about.

    Attributes:
        plan: What was meant to be done.
        stages: What was done, in order.
        candidates: What was considered, in the order of the fused score.
        in_cache: Without `explain` the same search would have been answered from memory.
        offset: Passages that earlier pages returned.
    """

    plan: ExplainedPlan
    stages: tuple[ExplainedStage, ...]
    candidates: tuple[ExplainedCandidate, ...]
    in_cache: bool
    offset: int
