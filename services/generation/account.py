"""Writes the one log record that an answer leaves behind, with its metrics."""

from __future__ import annotations

from libs.common.logs import logger
from libs.common.metrics import (
    ANSWER_SECONDS,
    ANSWERS,
    COST,
    DEGRADATIONS,
    ERRORS,
    FIRST_TOKEN_SECONDS,
    TOKENS,
)
from libs.common.tracing import current_trace_id
from services.generation.events import Done, Ending, Failure
from services.generation.tally import Tally
from services.generation.turn import Turn

log = logger(__name__)


def account(turn: Turn, tally: Tally, ending: Ending, region: str) -> None:
    """Logs and measures an answer that has ended: ids, versions, figures; never anybody's words."""
    question, timings = turn.question, tally.timings()
    done = ending if isinstance(ending, Done) else None
    log.info(
        "answer",
        query_id=question.query_id,
        session_id=turn.caller.session,
        subject_hash=turn.caller.subject_hash,
        tenant_id=turn.caller.tenant,
        conversation_id=question.conversation_id,
        manifest_id=question.manifest_id,
        variant=question.variant,
        policy_version=turn.manifest.policy_version,
        region=region,
        finish=done.finish if done else "error",
        error_kind="" if done else ending.kind,  # type: ignore[union-attr]
        model=tally.model,
        retrieval_latency_ms=timings.retrieval_latency_ms,
        model_latency_ms=timings.model_latency_ms,
        first_token_ms=timings.first_token_ms,
        total_latency_ms=timings.total_latency_ms,
        refusal_flag=bool(done and done.refusal_kind),
        refusal_kind=done.refusal_kind if done else "",
        citation_count=len(tally.cited),
        confidence=done.confidence if done else 0.0,
        intent=done.intent if done else "",
        intent_confidence=done.intent_confidence if done else 0.0,
        prompt_tokens=tally.spent.prompt_tokens,
        completion_tokens=tally.spent.completion_tokens,
        cost_usd=tally.spent.cost_usd,
        degradations=list(tally.degradations),
        trace_id=current_trace_id(),
    )
    _measure(turn, tally, ending)


def _measure(turn: Turn, tally: Tally, ending: Ending) -> None:
    timings = tally.timings()
    ANSWERS.labels(ending.finish if isinstance(ending, Done) else "error", turn.question.variant).inc()
    if isinstance(ending, Failure):
        ERRORS.labels(ending.channel, ending.kind).inc()
    if timings.first_token_ms:
        FIRST_TOKEN_SECONDS.observe(timings.first_token_ms / 1000)
    ANSWER_SECONDS.observe(timings.total_latency_ms / 1000)
    for step in tally.degradations:
        DEGRADATIONS.labels(step).inc()
    TOKENS.labels(tally.model, "prompt").inc(tally.spent.prompt_tokens)
    TOKENS.labels(tally.model, "completion").inc(tally.spent.completion_tokens)
    COST.labels(tally.model).inc(tally.spent.cost_usd)
