"""Explanations of searches as messages of the wire."""

from __future__ import annotations

from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.explanation import ExplainedCandidate, Explanation
from services.retrieval.found_passage import FoundPassage


def write_explanation(explanation: Explanation) -> pb.Explanation:
    """Writes how a search came to its result."""
    return pb.Explanation(
        plan=_plan(explanation),
        stages=[
            pb.ExplainedStage(name=stage.name, took_ms=stage.ms, found=stage.found, note=stage.note)
            for stage in explanation.stages
        ],
        candidates=[_candidate(candidate) for candidate in explanation.candidates],
        in_cache=explanation.in_cache,
        offset=explanation.offset,
    )


def write_scores(found: FoundPassage) -> pb.StageScores:
    """Writes what each stage gave a passage."""
    return pb.StageScores(dense=found.dense, bm25=found.bm25, fused=found.fused, rerank=found.rerank)


def _plan(explanation: Explanation) -> pb.ExplainedPlan:
    plan, profile = explanation.plan, explanation.profile
    rerank = profile.rerank if plan.reranks else None
    return pb.ExplainedPlan(
        level=plan.level,
        k=plan.k,
        prefetch=plan.prefetch,
        fusion=profile.fusion,
        dense_weight=explanation.dense_weight,
        language=explanation.language,
        rerank_model=rerank.model if rerank else "",
        rerank_depth=rerank.depth if rerank else 0,
        rerank_budget_ms=rerank.budget_ms if rerank else 0.0,
        per_document=profile.per_document,
        relevance_weight=profile.relevance,
        neighbours=profile.neighbours,
    )


def _candidate(candidate: ExplainedCandidate) -> pb.ExplainedCandidate:
    found = candidate.found
    return pb.ExplainedCandidate(
        passage_id=found.passage.passage_id,
        document_id=found.passage.document_id,
        uri=found.passage.uri,
        title=found.passage.title,
        heading_path=found.passage.heading_path,
        scores=write_scores(found),
        dense_rank=candidate.dense_rank,
        bm25_rank=candidate.bm25_rank,
        fused_rank=candidate.fused_rank,
        rerank_rank=candidate.rerank_rank,
        boost=found.boost,
        score=found.score,
        rank=candidate.rank,
        outcome=candidate.outcome,
        because_of=candidate.because_of,
    )
