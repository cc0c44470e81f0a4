"""Every kind of error survives its whole way: raised in the core, over gRPC, out over HTTP and SSE."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import orjson
import pytest

from libs.common.errors import ERRORS, CausewayError
from libs.common.rpc_errors import CODES, decode
from services.edge_gateway.problem import STATUS, problem, problem_response
from services.edge_gateway.sse import error_frame
from tests.common.keyring import Keyring, bearer
from tests.common.probe import Behaviour, failure, running
from tests.fakes.fake_clock import FakeClock

# The published table: kind, gRPC, HTTP.
VOCABULARY = {
    "invalid_request": ("INVALID_ARGUMENT", 400),
    "unauthenticated": ("UNAUTHENTICATED", 401),
    "forbidden": ("PERMISSION_DENIED", 403),
    "not_found": ("NOT_FOUND", 404),
    "resume_expired": ("NOT_FOUND", 410),
    "conflict": ("FAILED_PRECONDITION", 409),
    "rate_limited": ("RESOURCE_EXHAUSTED", 429),
    "budget_exceeded": ("RESOURCE_EXHAUSTED", 429),
    "overloaded": ("RESOURCE_EXHAUSTED", 503),
    "deadline_exceeded": ("DEADLINE_EXCEEDED", 504),
    "dependency_unavailable": ("UNAVAILABLE", 503),
    "model_failed": ("ABORTED", 502),
    "guardrail_failed": ("ABORTED", 502),
    "internal": ("INTERNAL", 500),
}


def test_the_tables_hold_every_kind() -> None:
    assert set(VOCABULARY) == set(ERRORS) == set(CODES) == set(STATUS)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path, FakeClock())


@pytest.mark.parametrize("kind", VOCABULARY)
async def test_a_kind_survives_every_hop(kind: str, keyring: Keyring) -> None:
    code, status = VOCABULARY[kind]
    original = ERRORS[kind]("What is wrong, and what to do next.", field="field", retry_after_ms=1500)

    async def fail(request: bytes, context: Any) -> bytes:
        raise original

    keyring.add("edge", ["act_for"])
    async with running(keyring.verifier("probe"), Behaviour(one=fail)) as probe:
        raised = await failure(probe.one(b"", metadata=bearer(keyring.token("edge", "probe"))))
    decoded = decode(raised, "probe")

    assert raised.code() is getattr(grpc.StatusCode, code)
    assert_same(decoded, original)
    assert problem_response(decoded).status_code == status
    assert problem(decoded)["kind"] == kind
    event, _, data = error_frame(decoded).partition(b"\ndata: ")
    assert event == b"event: error"
    assert orjson.loads(data) | {"kind": kind, "channel": original.channel} == orjson.loads(data)


def assert_same(decoded: CausewayError, original: CausewayError) -> None:
    assert type(decoded) is type(original)
    if original.kind != "internal":  # what an internal error says stays in the log
        assert (decoded.detail, decoded.field) == (original.detail, original.field)
        assert decoded.retry_after_ms == original.retry_after_ms
