"""Writes events as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from libs.common.errors import CausewayError
from libs.common.metrics import ERRORS
from services.edge_gateway.answers import (
    Batch,
    Citation,
    Delta,
    Done,
    Event,
    Failure,
    Meta,
    Notice,
    Source,
    Sources,
    Suggestions,
    Unknown,
)
from services.edge_gateway.problem import retry_after_seconds

CONTENT_TYPE = b"text/event-stream; charset=utf-8"

HEARTBEAT = b":\n\n"
"""A comment: keeps connections open, means nothing."""


def frames(query_id: str, batch: Batch) -> bytes:
    """Returns the numbered events of an answer as they go over the wire."""
    prefix = b"id: " + query_id.encode() + b"."
    return b"".join(prefix + b"%d\n" % numbered.seq + _frame(numbered.event) for numbered in batch)


def error_frame(error: CausewayError) -> bytes:
    """Returns an error of the edge's own; it has no number, because the answer may well go on."""
    ERRORS.labels(error.channel, error.kind).inc()
    data: dict[str, Any] = {
        "kind": error.kind,
        "channel": error.channel,
        "retryable": error.retryable,
        "title": error.title,
    }
    retry_after = retry_after_seconds(error)
    if retry_after is not None:
        data["retry_after"] = retry_after
    return _write("error", data)


def reconnect_frame(retry_ms: int) -> bytes:
    """Returns the request to come back after so many milliseconds, to this edge or to another."""
    notice = {"code": "reconnect", "text": "The connection moves to another server."}
    return b"retry: %d\n" % retry_ms + _write("notice", notice)


def _frame(event: Event) -> bytes:
    name, data = _WRITERS[type(event)]
    return _write(name, data(event))


def _write(name: str, data: Mapping[str, Any]) -> bytes:
    # JSON escapes line breaks inside strings: one line of data is always enough.
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


def _meta(event: Meta) -> dict[str, Any]:
    return {
        "query_id": event.query_id,
        "conversation_id": event.conversation_id,
        "manifest_id": event.manifest_id,
        "variant": event.variant,
        "model_version": event.model_version,
        "prompt_version": event.prompt_version,
        "policy_version": event.policy_version,
        "retrieval_profile": event.retrieval_profile,
        "index_version": event.index_version,
        "cached": False,
    }


def source_json(source: Source) -> dict[str, Any]:
    """Returns a numbered source as readers get it."""
    address: dict[str, Any] = {"url": source.url} if source.url else {}
    if source.page:
        address["page"] = source.page
    return {
        "n": source.n,
        "passage_id": source.passage_id,
        "title": source.title,
        **address,
        "heading": source.heading,
        "snippet": source.snippet,
        "score": source.score,
    }


def _sources(event: Sources) -> dict[str, Any]:
    return {"sources": [source_json(source) for source in event.sources]}


def _delta(event: Delta) -> dict[str, Any]:
    return {"text": event.text}


def citation_json(event: Citation) -> dict[str, Any]:
    """Returns a checked citation as readers get it."""
    quote = {"quote": event.quote} if event.quote else {}
    return {"n": event.n, **quote, "support": event.support}


def _notice(event: Notice) -> dict[str, Any]:
    return {"code": event.code, "text": event.text}


def _suggestions(event: Suggestions) -> dict[str, Any]:
    return {"items": event.items}


def _done(event: Done) -> dict[str, Any]:
    refusal = {"refusal_kind": event.refusal_kind} if event.refusal_kind else {}
    curated = {"id": event.curated_id, "revision": event.curated_revision} if event.curated_id else None
    return {
        "finish": event.finish,
        "model": event.model,
        "confidence": event.confidence,
        "needs_review": event.needs_review,
        "refusal_flag": event.refusal_flag,
        **refusal,
        "citation_count": event.citation_count,
        "citations": event.citations,
        "usage": {
            "prompt_tokens": event.prompt_tokens,
            "completion_tokens": event.completion_tokens,
            "cost_usd": event.cost_usd,
        },
        "timings": {
            "retrieval_latency_ms": event.retrieval_latency_ms,
            "first_token_ms": event.first_token_ms,
            "model_latency_ms": event.model_latency_ms,
            "total_latency_ms": event.total_latency_ms,
        },
        "degradations": event.degradations,
        **({"curated": curated} if curated else {}),
    }


def _failure(event: Failure) -> dict[str, Any]:
    later = {"retry_after": event.retry_after_ms / 1000} if event.retry_after_ms else {}
    return {
        "kind": event.kind,
        "channel": event.channel,
        "retryable": event.retryable,
        **later,
        "title": event.title,
    }


def _unknown(_: Unknown) -> dict[str, Any]:
    return {}


_WRITERS: Mapping[type, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    Meta: ("meta", _meta),
    Sources: ("sources", _sources),
    Delta: ("delta", _delta),
    Citation: ("citation", citation_json),
    Notice: ("notice", _notice),
    Suggestions: ("suggestions", _suggestions),
    Done: ("done", _done),
    Failure: ("error", _failure),
    Unknown: ("unknown", _unknown),
}
