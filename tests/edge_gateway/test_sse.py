"""Server-sent events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from libs.common.errors import DependencyUnavailable, Forbidden, ModelFailed
from services.edge_gateway.answers import (
    Citation,
    Delta,
    Done,
    Event,
    Failure,
    Notice,
    NumberedEvent,
    Source,
    Sources,
    Suggestions,
    Unknown,
)
from services.edge_gateway.sse import HEARTBEAT, error_frame, frames, reconnect_frame
from tests.edge_gateway.harness import answer


def parse(written: bytes) -> list[tuple[str, str, Any]]:
    """Reads frames strictly: id, event and one line of data, in this order."""
    found = []
    for block in written.decode().removesuffix("\n\n").split("\n\n"):
        lines = block.split("\n")
        assert len(lines) == 3, block
        fields = [line.split(": ", 1) for line in lines]
        assert [name for name, _ in fields] == ["id", "event", "data"]
        found.append((fields[0][1], fields[1][1], json.loads(fields[2][1])))
    return found


def data(event: Event) -> Any:
    return parse(frames("q_1", (NumberedEvent(7, event),)))[0][2]


def test_the_events_of_an_answer_are_numbered_named_and_in_order() -> None:
    written = parse(frames("q_1", tuple(answer("q_1"))))

    assert [(number, name) for number, name, _ in written] == [
        ("q_1.1", "meta"),
        ("q_1.2", "sources"),
        ("q_1.3", "delta"),
        ("q_1.4", "done"),
    ]


def test_meta_names_every_version() -> None:
    assert parse(frames("q_1", tuple(answer("q_1"))))[0][2] == {
        "query_id": "q_1",
        "conversation_id": "c_1",
        "manifest_id": "m" * 64,
        "variant": "stable",
        "model_version": "local-1",
        "prompt_version": "cited-1",
        "policy_version": "default-1",
        "retrieval_profile": "balanced-1",
        "index_version": "main",
        "cached": False,
    }


def test_a_source_without_an_address_has_none() -> None:
    source = {"n": 2, "passage_id": "p", "title": "T", "heading": "H", "snippet": "S", "score": 0.25}

    assert data(Sources((Source(2, "p", "T", "", "H", "S", 0.25),))) == {"sources": [source]}
    assert data(Sources((Source(2, "p", "T", "https://x.example", "H", "S", 0.25),))) == {
        "sources": [source | {"url": "https://x.example"}]
    }
    assert data(Sources(())) == {"sources": []}


@pytest.mark.parametrize(
    "text", ["plain", "two\nlines", "\r\n", "\n\ndata: forged\n\n", "\u2028\u2029", '"\\', "Füße 🚢", " ", ""]
)
def test_any_text_is_one_line_of_data(text: str) -> None:
    assert data(Delta(text)) == {"text": text}


def test_a_citation_may_come_without_its_quote() -> None:
    assert data(Citation(1, "four knots", 0.5)) == {"n": 1, "quote": "four knots", "support": 0.5}
    assert data(Citation(1, "", 0.5)) == {"n": 1, "support": 0.5}


def test_notices_and_suggestions_are_written() -> None:
    assert data(Notice("degraded", "Fewer sources.")) == {"code": "degraded", "text": "Fewer sources."}
    assert data(Suggestions(("And at night?",))) == {"items": ["And at night?"]}


def test_done_has_the_published_form() -> None:
    assert parse(frames("q_1", tuple(answer("q_1"))))[-1][2] == {
        "finish": "stop",
        "model": "extractive",
        "confidence": 0.9,
        "needs_review": False,
        "refusal_flag": False,
        "citation_count": 1,
        "citations": [1],
        "usage": {"prompt_tokens": 0, "completion_tokens": 3, "cost_usd": 0.0},
        "timings": {
            "retrieval_latency_ms": 4.5,
            "first_token_ms": 6.0,
            "model_latency_ms": 1.0,
            "total_latency_ms": 8.0,
        },
        "degradations": [],
    }


def test_a_refusal_says_why() -> None:
    done = Done(
        *(
            "refusal",
            "extractive",
            0.1,
            True,
            True,
            "off_topic",
            0,
            (),
            0,
            0,
            0.0,
            1.0,
            2.0,
            3.0,
            4.0,
            ("rerank",),
        )
    )

    assert data(done)["refusal_kind"] == "off_topic"
    assert data(done)["degradations"] == ["rerank"]


def test_a_failure_of_the_core_keeps_its_number() -> None:
    failure = Failure("overloaded", "network", True, 1500, "Too busy right now.")

    assert parse(frames("q_1", (NumberedEvent(3, failure),))) == [
        (
            "q_1.3",
            "error",
            {
                "kind": "overloaded",
                "channel": "network",
                "retryable": True,
                "retry_after": 1.5,
                "title": "Too busy right now.",
            },
        )
    ]
    assert "retry_after" not in data(Failure("internal", "internal", True, 0, "Oh."))


def test_an_event_of_a_newer_core_keeps_the_numbers_without_a_gap() -> None:
    assert parse(frames("q_1", (NumberedEvent(3, Unknown()),))) == [("q_1.3", "unknown", {})]


def test_an_error_of_the_edges_own_has_no_number() -> None:
    written = error_frame(DependencyUnavailable("generation does not answer")).decode()

    assert written.startswith("event: error\ndata: {")
    assert written.endswith("}\n\n")
    assert json.loads(written.split("data: ")[1]) == {
        "kind": "dependency_unavailable",
        "channel": "network",
        "retryable": True,
        "retry_after": 1.0,
        "title": "A part of the system is not available.",
    }
    assert json.loads(error_frame(ModelFailed()).decode().split("data: ")[1])["channel"] == "model"
    assert "retry_after" not in error_frame(Forbidden()).decode()


def test_the_request_to_reconnect_says_when() -> None:
    lines = reconnect_frame(500).decode().split("\n")

    assert lines[0] == "retry: 500"
    assert lines[1] == "event: notice"
    assert json.loads(lines[2].removeprefix("data: "))["code"] == "reconnect"


def test_a_heartbeat_is_a_comment() -> None:
    assert HEARTBEAT.startswith(b":")
    assert HEARTBEAT.endswith(b"\n\n")
