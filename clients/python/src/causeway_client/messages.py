"""Writes requests as messages, and reads responses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from causeway_client.explanation import ExplainedCandidate, ExplainedPlan, ExplainedStage, Explanation
from causeway_client.passage import Passage, Scores, SentenceVectors
from causeway_client.pb.retrieval.v1 import retrieval_pb2 as pb
from causeway_client.search import IndexState, SearchFilter, SearchOptions, SearchResult, Timings

PRESSURE_KEY = "x-causeway-pressure"


def write_search(query: str, options: SearchOptions, page_token: str = "") -> pb.SearchRequest:
    """The request of one page of a search."""
    request = pb.SearchRequest(
        query=query,
        k=options.get("k", 0),
        profile=options.get("profile", ""),
        include_text=options.get("include_text", True),
        include_sentence_vectors=options.get("include_sentence_vectors", False),
        explain=options.get("explain", False),
        page_token=page_token,
    )
    if narrowed := options.get("filter"):
        request.filter.CopyFrom(_filter(narrowed))
    if hint := options.get("page_hint"):
        request.page_hint.CopyFrom(pb.PageHint(url=hint.url, title=hint.title))
    return request


def read_result(response: pb.SearchResponse, metadata: Iterable[tuple[str, str | bytes]]) -> SearchResult:
    """The result that a response and its initial metadata hold."""
    explained = _explanation(response.explanation) if response.HasField("explanation") else None
    timings = response.timings
    return SearchResult(
        passages=tuple(map(read_passage, response.passages)),
        degradations=tuple(response.degradations),
        timings=Timings(
            embed_ms=timings.embed_ms,
            search_ms=timings.search_ms,
            fuse_ms=timings.fuse_ms,
            rerank_ms=timings.rerank_ms,
            total_ms=timings.total_ms,
        ),
        index_version=response.index_version,
        content_revision=response.content_revision,
        profile=response.profile,
        next_page_token=response.next_page_token,
        explanation=explained,
        pressure=_pressure(metadata),
    )


def read_passage(message: pb.Passage) -> Passage:
    """A passage."""
    vectors = message.sentence_vectors if message.HasField("sentence_vectors") else None
    return Passage(
        passage_id=message.passage_id,
        document_id=message.document_id,
        uri=message.uri,
        title=message.title,
        heading_path=tuple(message.heading_path),
        text=message.text,
        score=message.score,
        scores=_scores(message.scores),
        start=message.start,
        end=message.end,
        updated_at=datetime.fromisoformat(message.updated_at) if message.updated_at else None,
        url=message.url,
        page=message.page or None,
        language=message.language,
        tags=tuple(message.tags),
        product=message.product,
        version=message.version,
        joined_ids=tuple(message.joined_ids),
        neighbour_ids=tuple(message.neighbour_ids),
        sentence_vectors=_vectors(vectors) if vectors is not None else None,
    )


def read_index(response: pb.GetIndexResponse) -> IndexState:
    """What is being served."""
    return IndexState(
        index_version=response.index_version,
        content_revision=response.content_revision,
        accepted_revision=response.accepted_revision,
        embedder=response.embedder,
        passages=response.passages,
        pending=response.documents.pending,
        indexed=response.documents.indexed,
        skipped=response.documents.skipped,
        failed=response.documents.failed,
    )


def _filter(narrowed: SearchFilter) -> pb.SearchFilter:
    return pb.SearchFilter(
        document_ids=narrowed.document_ids,
        uri_prefix=narrowed.uri_prefix,
        tags_any=narrowed.tags_any,
        tags_all=narrowed.tags_all,
        language=narrowed.language,
        updated_from=_moment(narrowed.updated_from),
        updated_before=_moment(narrowed.updated_before),
    )


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def _pressure(metadata: Iterable[tuple[str, str | bytes]]) -> int:
    found = [value for key, value in metadata if key == PRESSURE_KEY]
    return int(found[0]) if found and str(found[0]).isdecimal() else 0


def _scores(message: pb.StageScores) -> Scores:
    return Scores(
        dense=message.dense if message.HasField("dense") else None,
        bm25=message.bm25 if message.HasField("bm25") else None,
        fused=message.fused if message.HasField("fused") else None,
        rerank=message.rerank if message.HasField("rerank") else None,
    )


def _vectors(message: pb.SentenceVectors) -> SentenceVectors:
    return SentenceVectors(
        embedder=message.embedder,
        dimensions=message.dimensions,
        spans=tuple(zip(message.starts, message.ends, strict=True)),
        values=message.values,
        scales=tuple(message.scales),
    )


def _explanation(message: pb.Explanation) -> Explanation:
    plan = message.plan
    return Explanation(
        plan=ExplainedPlan(
            level=plan.level,
            k=plan.k,
            prefetch=plan.prefetch,
            fusion=plan.fusion,
            dense_weight=plan.dense_weight,
            language=plan.language,
            rerank_model=plan.rerank_model,
            rerank_depth=plan.rerank_depth,
            rerank_budget_ms=plan.rerank_budget_ms,
            per_document=plan.per_document,
            relevance_weight=plan.relevance_weight,
            neighbours=plan.neighbours,
        ),
        stages=tuple(
            ExplainedStage(name=stage.name, took_ms=stage.took_ms, found=stage.found, note=stage.note)
            for stage in message.stages
        ),
        candidates=tuple(map(_candidate, message.candidates)),
        in_cache=message.in_cache,
        offset=message.offset,
    )


def _candidate(message: pb.ExplainedCandidate) -> ExplainedCandidate:
    return ExplainedCandidate(
        passage_id=message.passage_id,
        document_id=message.document_id,
        uri=message.uri,
        title=message.title,
        heading_path=tuple(message.heading_path),
        scores=_scores(message.scores),
        dense_rank=message.dense_rank,
        bm25_rank=message.bm25_rank,
        fused_rank=message.fused_rank,
        rerank_rank=message.rerank_rank,
        boost=message.boost,
        score=message.score,
        rank=message.rank,
        outcome=message.outcome,
        because_of=message.because_of,
    )
