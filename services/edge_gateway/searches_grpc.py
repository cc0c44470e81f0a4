"""Explained searches by the retrieval service, over gRPC."""

from __future__ import annotations

import grpc

from libs.common.caller import Caller
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import CallSigner
from libs.common.rpc_errors import decode
from services.edge_gateway.searches import Candidate, ExplainedSearch, Plan, Seen, Stage, Wanted

_PATIENCE_SECONDS = 5.0


class GrpcSearches:
    """The `Searches` port over gRPC."""

    def __init__(self, channel: grpc.aio.Channel, signer: CallSigner) -> None:
        self._stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        self._signer = signer

    async def explain(self, caller: Caller, wanted: Wanted) -> ExplainedSearch:
        """Searches among what the caller may see, and explains the result."""
        metadata = self._signer.metadata(caller)
        try:
            response = await self._stub.Search(_request(wanted), timeout=_PATIENCE_SECONDS, metadata=metadata)
        except grpc.aio.AioRpcError as error:
            raise decode(error, "retrieval") from None
        return _explained(response)


def _request(wanted: Wanted) -> pb.SearchRequest:
    narrowed = wanted.filter
    return pb.SearchRequest(
        query=wanted.query,
        k=wanted.k,
        profile=wanted.profile,
        filter=pb.SearchFilter(
            uri_prefix=narrowed.uri_prefix,
            tags_any=narrowed.tags_any,
            tags_all=narrowed.tags_all,
            language=narrowed.language,
            updated_from=narrowed.updated_from,
            updated_before=narrowed.updated_before,
        ),
        include_text=True,
        explain=True,
    )


def _explained(response: pb.SearchResponse) -> ExplainedSearch:
    explanation = response.explanation
    texts = {passage.passage_id: passage.text for passage in response.passages}
    return ExplainedSearch(
        profile=response.profile,
        index_version=response.index_version,
        content_revision=response.content_revision,
        took_ms=response.timings.total_ms,
        degradations=tuple(response.degradations),
        in_cache=explanation.in_cache,
        plan=_plan(explanation.plan),
        stages=tuple(
            Stage(name=each.name, took_ms=each.took_ms, found=each.found, note=each.note)
            for each in explanation.stages
        ),
        candidates=tuple(_candidate(each, texts.get(each.passage_id, "")) for each in explanation.candidates),
    )


def _plan(plan: pb.ExplainedPlan) -> Plan:
    return Plan(
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
    )


def _candidate(each: pb.ExplainedCandidate, text: str) -> Candidate:
    scores = each.scores
    return Candidate(
        passage_id=each.passage_id,
        title=each.title,
        uri=each.uri,
        heading_path=tuple(each.heading_path),
        text=text,
        rank=each.rank,
        outcome=each.outcome,
        because_of=each.because_of,
        boost=each.boost,
        dense=Seen(scores.dense, each.dense_rank) if scores.HasField("dense") else None,
        bm25=Seen(scores.bm25, each.bm25_rank) if scores.HasField("bm25") else None,
        fused=Seen(scores.fused, each.fused_rank) if scores.HasField("fused") else None,
        rerank=Seen(scores.rerank, each.rerank_rank) if scores.HasField("rerank") else None,
    )
