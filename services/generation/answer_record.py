"""Puts together what is kept of a question and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from libs.common.answer_record import AnswerRecord, Latencies, RecordedSource, Spent, Versions
from libs.common.caller import Caller
from libs.common.pii.masking import mask_pii
from services.generation.events import Citation, Done, Event, Failure, Sources
from services.generation.tally import Tally
from services.generation.turn import Turn

MAX_QUESTION_BYTES = 4096


class AnswerRecords(Protocol):
    """Takes records."""

    def offer(self, caller: Caller, record: AnswerRecord) -> None:
        """Takes a record about a visitor; never waits, never fails."""
        ...


class Unrecorded:
    """Takes records and keeps none."""

    def offer(self, caller: Caller, record: AnswerRecord) -> None:
        """Forgets it."""


def answer_record(turn: Turn, tally: Tally, events: Sequence[Event], region: str) -> AnswerRecord:
    """Returns the record of an answer: its question masked, none of its words.

    Args:
        turn: What was asked.
        tally: What the answer took.
        events: Its events, the last of which says how it ended.
        region: Where it was made.
    """
    ending, question, timings = events[-1], turn.question, tally.timings()
    done = ending if isinstance(ending, Done) else None
    support = _support(events)
    return AnswerRecord(
        query_id=question.query_id,
        conversation_id=question.conversation_id,
        question=masked(question.text),
        language=turn.language,
        finish=done.finish if done else "error",
        refusal_kind=done.refusal_kind if done else "",
        error_kind=ending.kind if isinstance(ending, Failure) else "",
        intent=done.intent if done else "",
        intent_confidence=done.intent_confidence if done else 0.0,
        confidence=done.confidence if done else 0.0,
        needs_review=bool(done and done.needs_review),
        support=round(sum(support.values()) / len(support), 3) if support else 0.0,
        versions=_versions(turn, tally),
        sources=_sources(events, support),
        latencies=Latencies(
            retrieval_ms=timings.retrieval_latency_ms,
            first_token_ms=timings.first_token_ms,
            model_ms=timings.model_latency_ms,
            total_ms=timings.total_latency_ms,
        ),
        spent=Spent(tally.spent.prompt_tokens, tally.spent.completion_tokens, tally.spent.cost_usd),
        degradations=tuple(tally.degradations),
        region=region,
    )


def masked(question: str) -> str:
    """Returns a question without personal data and secrets, cut to what a record takes."""
    return mask_pii(question).encode()[:MAX_QUESTION_BYTES].decode(errors="ignore")


def _versions(turn: Turn, tally: Tally) -> Versions:
    manifest = turn.manifest
    return Versions(
        manifest_id=turn.question.manifest_id,
        variant=turn.question.variant,
        model_version=manifest.model_version,
        model=tally.model,
        prompt_version=manifest.prompt_version,
        policy_version=manifest.policy_version,
        retrieval_profile=manifest.retrieval_profile,
        index_version=manifest.index_version,
    )


def _support(events: Sequence[Event]) -> Mapping[int, float]:
    """Returns the best support that each cited source gives."""
    best: dict[int, float] = {}
    for event in events:
        if isinstance(event, Citation):
            best[event.n] = max(best.get(event.n, 0.0), event.support)
    return best


def _sources(events: Sequence[Event], support: Mapping[int, float]) -> tuple[RecordedSource, ...]:
    return tuple(
        RecordedSource(card.n, card.passage_id, card.n in support, support.get(card.n, 0.0))
        for event in events
        if isinstance(event, Sources)
        for card in event.cards
    )
