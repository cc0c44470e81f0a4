"""Writes events as messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.generation.answer_log import Numbered
from services.generation.events import (
    Citation,
    Delta,
    Done,
    Event,
    Failure,
    Meta,
    Notice,
    SourceCard,
    Sources,
    Suggestions,
)


def to_messages(batch: Iterable[Numbered]) -> list[pb.AnswerEvent]:
    """Returns the messages of some events, in order."""
    return [
        pb.AnswerEvent(seq=seq, delta=pb.AnswerDelta(text=event.text))
        if isinstance(event, Delta)
        else pb.AnswerEvent(seq=seq, **_WRITERS[type(event)](event))
        for seq, event in batch
    ]


def _meta(event: Meta) -> Mapping[str, Any]:
    return {
        "meta": pb.AnswerMeta(
            query_id=event.query_id,
            conversation_id=event.conversation_id,
            manifest_id=event.manifest_id,
            variant=event.variant,
            model_version=event.model_version,
            prompt_version=event.prompt_version,
            policy_version=event.policy_version,
            retrieval_profile=event.retrieval_profile,
            index_version=event.index_version,
        )
    }


def _sources(event: Sources) -> Mapping[str, Any]:
    return {"sources": pb.AnswerSources(sources=[source_message(card) for card in event.cards])}


def source_message(card: SourceCard) -> pb.AnswerSource:
    """Writes one numbered source."""
    return pb.AnswerSource(
        n=card.n,
        passage_id=card.passage_id,
        title=card.title,
        url=card.url,
        heading=card.heading,
        snippet=card.snippet,
        score=card.score,
        page=card.page,
    )


def _citation(event: Citation) -> Mapping[str, Any]:
    return {"citation": citation_message(event)}


def citation_message(citation: Citation) -> pb.AnswerCitation:
    """Writes one checked citation."""
    return pb.AnswerCitation(n=citation.n, quote=citation.quote, support=citation.support)


def _notice(event: Notice) -> Mapping[str, Any]:
    return {"notice": pb.AnswerNotice(code=event.code, text=event.text)}


def _suggestions(event: Suggestions) -> Mapping[str, Any]:
    return {"suggestions": pb.AnswerSuggestions(items=event.items)}


def _done(event: Done) -> Mapping[str, Any]:
    usage, timings = event.usage, event.timings
    return {
        "done": pb.AnswerDone(
            finish=event.finish,
            model=event.model,
            confidence=event.confidence,
            needs_review=event.needs_review,
            refusal_flag=bool(event.refusal_kind),
            refusal_kind=event.refusal_kind,
            citation_count=len(event.citations),
            citations=event.citations,
            usage=pb.AnswerUsage(
                prompt_tokens=usage.prompt_tokens,
                completion_tokens=usage.completion_tokens,
                cost_usd=usage.cost_usd,
            ),
            timings=pb.AnswerTimings(
                retrieval_latency_ms=timings.retrieval_latency_ms,
                first_token_ms=timings.first_token_ms,
                model_latency_ms=timings.model_latency_ms,
                total_latency_ms=timings.total_latency_ms,
            ),
            degradations=event.degradations,
            intent=event.intent,
            intent_confidence=event.intent_confidence,
            curated_id=event.curated_id,
            curated_revision=event.curated_revision,
        )
    }


def _failure(event: Failure) -> Mapping[str, Any]:
    return {
        "error": pb.AnswerFailure(
            kind=event.kind,
            channel=event.channel,
            retryable=event.retryable,
            retry_after_ms=event.retry_after_ms,
            title=event.title,
        )
    }


_WRITERS: Mapping[type[Event], Callable[[Any], Mapping[str, Any]]] = {
    Meta: _meta,
    Sources: _sources,
    Citation: _citation,
    Notice: _notice,
    Suggestions: _suggestions,
    Done: _done,
    Failure: _failure,
}
