"""Answer records that tests are written with."""

from __future__ import annotations

from libs.common.answer_record import AnswerRecord, Latencies, RecordedSource, Spent, Versions

ANSWER = AnswerRecord(
    query_id="q_" + "A" * 20,
    conversation_id="c_1",
    question="Why is [e-mail] refused?",
    language="en",
    intent="knowledge",
    intent_confidence=0.75,
    finish="stop",
    refusal_kind="off_topic",
    error_kind="model_failed",
    confidence=0.5,
    needs_review=True,
    support=0.625,
    versions=Versions(
        "0" * 64, "canary", "local-1", "extractive", "cited-1", "default-2", "balanced-1", "main"
    ),
    sources=(RecordedSource(1, "p_1", True, 0.875), RecordedSource(2, "p_2")),
    latencies=Latencies(1.5, 2.5, 3.5, 4.5),
    spent=Spent(100, 20, 0.25),
    degradations=("rerank", "language"),
    region="local",
)
"""One that says something in every field; nothing real says all of it."""
