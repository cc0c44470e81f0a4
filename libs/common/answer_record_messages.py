"""Answer records as messages, for who sends and who keeps them."""

from __future__ import annotations

from dataclasses import asdict

from libs.common.answer_record import AnswerRecord, Latencies, RecordedSource, Spent, Versions
from libs.common.pb.insights.v1 import insights_pb2

_PLAIN = (
    "query_id", "conversation_id", "question", "language", "intent", "intent_confidence", "finish",
    "refusal_kind", "error_kind", "confidence", "needs_review", "support", "region",
)  # fmt: skip
"""Fields that are called the same and hold the same on both sides."""


def record_message(record: AnswerRecord) -> insights_pb2.AnswerRecord:
    """Returns a record as a message."""
    return insights_pb2.AnswerRecord(
        **{name: getattr(record, name) for name in _PLAIN},
        versions=insights_pb2.AnswerVersions(**asdict(record.versions)),
        sources=[insights_pb2.RecordedSource(**asdict(source)) for source in record.sources],
        latencies=insights_pb2.AnswerLatencies(**asdict(record.latencies)),
        prompt_tokens=record.spent.prompt_tokens,
        completion_tokens=record.spent.completion_tokens,
        cost_usd=record.spent.cost_usd,
        degradations=record.degradations,
    )


def record_of(message: insights_pb2.AnswerRecord) -> AnswerRecord:
    """Returns the record that a message holds, unchecked."""
    versions, took = message.versions, message.latencies
    return AnswerRecord(
        **{name: getattr(message, name) for name in _PLAIN},
        versions=Versions(
            versions.manifest_id, versions.variant, versions.model_version, versions.model,
            versions.prompt_version, versions.policy_version, versions.retrieval_profile,
            versions.index_version,
        ),
        sources=tuple(RecordedSource(s.n, s.passage_id, s.cited, s.support) for s in message.sources),
        latencies=Latencies(took.retrieval_ms, took.first_token_ms, took.model_ms, took.total_ms),
        spent=Spent(message.prompt_tokens, message.completion_tokens, message.cost_usd),
        degradations=tuple(message.degradations),
    )  # fmt: skip
