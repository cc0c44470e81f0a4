"""One record an answer: figures and ids, never words."""

from __future__ import annotations

from typing import Any

from structlog.testing import capture_logs

from libs.common.deadline import Deadline
from services.generation.account import account
from services.generation.events import Failure, Usage
from services.generation.tally import Tally
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.generation.examples import ANA, manifest, question

FIELDS = {
    "query_id",
    "session_id",
    "subject_hash",
    "tenant_id",
    "conversation_id",
    "manifest_id",
    "variant",
    "policy_version",
    "region",
    "finish",
    "error_kind",
    "model",
    "retrieval_latency_ms",
    "model_latency_ms",
    "first_token_ms",
    "total_latency_ms",
    "refusal_flag",
    "refusal_kind",
    "citation_count",
    "intent",
    "intent_confidence",
    "confidence",
    "prompt_tokens",
    "completion_tokens",
    "cost_usd",
    "degradations",
    "trace_id",
}


def record(finish: str = "stop") -> dict[str, Any]:
    clock = FakeClock()
    tally = Tally(clock, model="m", usage=Usage(10, 5, 0.01), cited=[2, 1], degradations=["keyword_only"])
    turn = Turn.of(question("Where is my secret?"), ANA, manifest(), Deadline.after(60, clock))
    ending = Failure("model_failed", "model", True, "No.") if finish == "error" else tally.done("stop")
    with capture_logs() as logs:
        account(turn, tally, ending, "eu-1")
    (entry,) = logs
    return dict(entry)


def test_the_record_has_every_field_and_no_words() -> None:
    entry = record()
    assert set(entry) - {"event", "log_level"} == FIELDS
    assert entry["event"] == "answer"
    assert "secret" not in str(entry)
    assert "ana" not in (entry["subject_hash"], entry["session_id"])


def test_figures_are_those_of_the_tally() -> None:
    entry = record()
    assert (entry["tenant_id"], entry["session_id"], entry["region"]) == ("acme", "s_1", "eu-1")
    assert (entry["citation_count"], entry["cost_usd"], entry["degradations"]) == (2, 0.01, ["keyword_only"])
    assert (entry["finish"], entry["error_kind"], entry["model"]) == ("stop", "", "m")


def test_a_failure_names_its_kind() -> None:
    entry = record("error")
    assert (entry["finish"], entry["error_kind"], entry["refusal_flag"]) == ("error", "model_failed", False)
