"""Reads generation's messages as the edge's events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from libs.common.pb.generation.v1 import generation_pb2
from services.edge_gateway.answers import (
    Batch,
    Citation,
    Delta,
    Done,
    Event,
    Failure,
    Meta,
    Notice,
    NumberedEvent,
    Source,
    Sources,
    Suggestions,
    Unknown,
)


def read_batch(messages: Iterable[generation_pb2.AnswerEvent]) -> Batch:
    """Returns the events of a message, in order."""
    return tuple(NumberedEvent(message.seq, _event(message)) for message in messages)


def _event(message: generation_pb2.AnswerEvent) -> Event:
    name = message.WhichOneof("event")
    if name == "delta":
        return Delta(message.delta.text)
    if name is None:
        return Unknown()
    return _READERS[name](getattr(message, name))


def _meta(m: generation_pb2.AnswerMeta) -> Meta:
    return Meta(
        query_id=m.query_id,
        conversation_id=m.conversation_id,
        manifest_id=m.manifest_id,
        variant=m.variant,
        model_version=m.model_version,
        prompt_version=m.prompt_version,
        policy_version=m.policy_version,
        retrieval_profile=m.retrieval_profile,
        index_version=m.index_version,
    )


def _sources(m: generation_pb2.AnswerSources) -> Sources:
    return Sources(tuple(read_source(source) for source in m.sources))


def read_source(m: generation_pb2.AnswerSource) -> Source:
    """Returns a numbered source."""
    return Source(m.n, m.passage_id, m.title, m.url, m.heading, m.snippet, m.score, m.page)


def read_citation(m: generation_pb2.AnswerCitation) -> Citation:
    """Returns a checked citation."""
    return Citation(m.n, m.quote, m.support)


def _notice(m: generation_pb2.AnswerNotice) -> Notice:
    return Notice(m.code, m.text)


def _suggestions(m: generation_pb2.AnswerSuggestions) -> Suggestions:
    return Suggestions(tuple(m.items))


def _done(m: generation_pb2.AnswerDone) -> Done:
    return Done(
        finish=m.finish,
        model=m.model,
        confidence=m.confidence,
        needs_review=m.needs_review,
        refusal_flag=m.refusal_flag,
        refusal_kind=m.refusal_kind,
        citation_count=m.citation_count,
        citations=tuple(m.citations),
        prompt_tokens=m.usage.prompt_tokens,
        completion_tokens=m.usage.completion_tokens,
        cost_usd=m.usage.cost_usd,
        retrieval_latency_ms=m.timings.retrieval_latency_ms,
        first_token_ms=m.timings.first_token_ms,
        model_latency_ms=m.timings.model_latency_ms,
        total_latency_ms=m.timings.total_latency_ms,
        degradations=tuple(m.degradations),
        curated_id=m.curated_id,
        curated_revision=m.curated_revision,
    )


def _failure(m: generation_pb2.AnswerFailure) -> Failure:
    return Failure(m.kind, m.channel, m.retryable, m.retry_after_ms, m.title)


_READERS: Mapping[str, Callable[[Any], Event]] = {
    "meta": _meta,
    "sources": _sources,
    "citation": read_citation,
    "notice": _notice,
    "suggestions": _suggestions,
    "done": _done,
    "error": _failure,
}
