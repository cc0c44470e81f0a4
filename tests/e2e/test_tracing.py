"""One trace from the page to the index, as a real OTLP receiver gets it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.common.test_tracing import Collector, collecting
from tests.e2e.stack import Stack, parse_events, running

pytestmark = pytest.mark.process

TRACE = "0af7651916cd43dd8448eb211c80319c"
QUESTION = "How many days before must I ask for leave, said the planted canary?"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as receiving:
        yield receiving


@pytest.fixture(scope="module")
def stack(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    endpoint = {"CAUSEWAY_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_address[1]}"}
    with running(Stack(tmp_path_factory.mktemp("traced"), extra=endpoint)) as started:
        yield started


def names_of(collector: Collector, trace: str) -> dict[str, set[str]]:
    """The spans of a trace, by the service that made them."""
    found: dict[str, set[str]] = {}
    for resource in collector.received:
        service = next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
        spans = [span for scope in resource.scope_spans for span in scope.spans]
        found.setdefault(service, set()).update(s.name for s in spans if s.trace_id.hex() == trace)
    return found


def test_a_question_is_one_trace_through_edge_generation_and_retrieval(
    stack: Stack, collector: Collector
) -> None:
    headers = {
        "Authorization": f"Bearer {stack.token('--session')}",
        "traceparent": f"00-{TRACE}-b7ad6b7169203331-00",
    }
    answer = httpx.post(f"{stack.edge}/v1/chat", json={"question": QUESTION}, headers=headers, timeout=20)
    events = parse_events(answer.text)
    assert events[-1].name == "done"

    expected = {
        "causeway-edge_gateway": {"POST /v1/chat"},
        "causeway-generation": {"rpc Answer", "answer", "retrieve", "chat extractive"},
        "causeway-retrieval": {"rpc Search", "embed", "search_words", "search_vectors", "fuse"},
    }
    deadline = time.monotonic() + 15
    while True:
        seen = names_of(collector, TRACE)
        if all(names <= seen.get(service, set()) for service, names in expected.items()):
            break
        assert time.monotonic() < deadline, seen
        os.sched_yield()

    everything = b"".join(resource.SerializeToString() for resource in collector.received)
    assert b"canary" not in everything
    assert headers["Authorization"].removeprefix("Bearer ").encode() not in everything


def test_the_one_line_of_an_answer_names_its_trace_and_none_of_its_words(stack: Stack) -> None:
    lines = Path(stack.data, "logs", "generation.log").read_text().splitlines()
    records = [json.loads(line) for line in lines if '"answer"' in line]

    record = next(r for r in records if r.get("trace_id") == TRACE)
    for name in [
        "query_id",
        "session_id",
        "subject_hash",
        "tenant_id",
        "manifest_id",
        "variant",
        "retrieval_latency_ms",
        "model_latency_ms",
        "first_token_ms",
        "total_latency_ms",
        "refusal_flag",
        "citation_count",
        "confidence",
        "policy_version",
        "region",
        "prompt_tokens",
        "completion_tokens",
        "cost_usd",
        "degradations",
    ]:
        assert name in record
    assert "canary" not in "\n".join(lines)


def test_every_process_exposes_its_metrics(stack: Stack) -> None:
    edge = httpx.get(f"{stack.edge}/metrics").text

    assert 'causeway_http_request_duration_seconds_count{route="/v1/chat",status="200"}' in edge
    assert "canary" not in edge
