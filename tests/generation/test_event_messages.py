"""Every event has its message, with nothing lost."""

from __future__ import annotations

from typing import get_args

from services.generation.event_messages import to_messages
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
    Timings,
    Usage,
)

EVENTS: list[Event] = [
    Meta("q", "c", "m", "stable", "local-1", "cited-1", "default-1", "balanced-1", "main"),
    Sources((SourceCard(1, "p", "T", "https://a.example", "H", "S", 0.5),)),
    Delta("Tea"),
    Citation(1, "Tea.", 0.75),
    Suggestions(("When is tea?",)),
    Notice("degraded", "Less."),
    Done("refusal", "m", 0.5, True, "off_topic", (2, 1), Usage(1, 2, 0.5), Timings(1, 2, 3, 4), ("x",)),
    Failure("model_failed", "model", True, "No.", 250),
]


def test_there_is_a_message_for_every_event() -> None:
    messages = to_messages(enumerate(EVENTS, 1))
    assert {type(event) for event in EVENTS} == set(get_args(Event))
    assert [message.seq for message in messages] == [1, 2, 3, 4, 5, 6, 7, 8]
    names = [message.WhichOneof("event") for message in messages]
    assert names == ["meta", "sources", "delta", "citation", "suggestions", "notice", "done", "error"]


def test_no_field_is_lost() -> None:
    meta, sources, delta, citation, suggestions, notice, done, error = to_messages(enumerate(EVENTS, 1))
    assert (meta.meta.query_id, meta.meta.index_version, meta.meta.variant) == ("q", "main", "stable")
    card = sources.sources.sources[0]
    assert (card.n, card.passage_id, card.title, card.url) == (1, "p", "T", "https://a.example")
    assert (card.heading, card.snippet, card.score) == ("H", "S", 0.5)
    assert delta.delta.text == "Tea"
    assert (citation.citation.n, citation.citation.quote, citation.citation.support) == (1, "Tea.", 0.75)
    assert list(suggestions.suggestions.items) == ["When is tea?"]
    assert (notice.notice.code, notice.notice.text) == ("degraded", "Less.")
    assert (error.error.kind, error.error.channel, error.error.retryable) == ("model_failed", "model", True)
    assert (error.error.title, error.error.retry_after_ms) == ("No.", 250)
    ended = done.done
    assert (ended.finish, ended.model, ended.confidence, ended.needs_review) == ("refusal", "m", 0.5, True)
    assert (ended.refusal_flag, ended.refusal_kind) == (True, "off_topic")
    assert (ended.citation_count, list(ended.citations), list(ended.degradations)) == (2, [2, 1], ["x"])
    assert (ended.usage.prompt_tokens, ended.usage.completion_tokens, ended.usage.cost_usd) == (1, 2, 0.5)
    assert (ended.timings.retrieval_latency_ms, ended.timings.model_latency_ms) == (1, 2)
    assert (ended.timings.first_token_ms, ended.timings.total_latency_ms) == (3, 4)
