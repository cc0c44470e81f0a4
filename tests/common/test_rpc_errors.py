"""Every kind of error survives a hop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libs.common.errors import (
    ERRORS,
    CausewayError,
    Conflict,
    DeadlineExceeded,
    DependencyUnavailable,
    InternalError,
    InvalidRequest,
    Overloaded,
)
from libs.common.rpc_errors import CODES, decode, encode
from tests.common.keyring import Keyring, bearer
from tests.common.probe import Behaviour, Probe, failure, running

_CLIENT_TRAILER_LIMIT = 8 * 1024


async def _over_the_wire(keyring: Keyring, error: BaseException) -> grpc.aio.AioRpcError:
    keyring.add("edge")

    async def one(request: bytes, context: Any) -> bytes:
        raise error

    async with running(keyring.verifier("probe"), Behaviour(one=one)) as probe:
        return await failure(probe.one(b"", metadata=bearer(keyring.token("edge", "probe"))))


def test_the_codes_are_those_of_the_contract() -> None:
    assert {kind: code.name for kind, code in CODES.items()} == {
        "invalid_request": "INVALID_ARGUMENT",
        "unauthenticated": "UNAUTHENTICATED",
        "forbidden": "PERMISSION_DENIED",
        "not_found": "NOT_FOUND",
        "resume_expired": "NOT_FOUND",
        "conflict": "FAILED_PRECONDITION",
        "rate_limited": "RESOURCE_EXHAUSTED",
        "budget_exceeded": "RESOURCE_EXHAUSTED",
        "overloaded": "RESOURCE_EXHAUSTED",
        "deadline_exceeded": "DEADLINE_EXCEEDED",
        "dependency_unavailable": "UNAVAILABLE",
        "model_failed": "ABORTED",
        "guardrail_failed": "ABORTED",
        "internal": "INTERNAL",
    }


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind != "internal"])
@pytest.mark.parametrize(
    ("field", "retry_after_ms", "info"),
    [(None, None, {}), ("page.url", 1500, {"query_id": "q_x", "limit": "ünïcode"})],
    ids=["bare", "full"],
)
async def test_a_kind_survives_the_hop_with_everything_it_says(
    keyring: Keyring, kind: str, field: str | None, retry_after_ms: int | None, info: dict[str, str]
) -> None:
    sent = ERRORS[kind]("Grüße; try again.", field=field, retry_after_ms=retry_after_ms, info=info)

    received = await _over_the_wire(keyring, sent)

    assert received.code() is CODES[sent.kind]
    error = decode(received, "probe")
    assert type(error) is type(sent)
    assert (error.kind, error.detail) == (sent.kind, sent.detail)
    assert (error.field, error.retry_after_ms, error.info) == (field, retry_after_ms, info)


@pytest.mark.parametrize(
    "error", [InternalError("disk /dev/sda1 on fire"), ValueError("password=hunter2"), KeyError("secret")]
)
async def test_a_fault_of_ours_crosses_without_its_text(keyring: Keyring, error: Exception) -> None:
    received = await _over_the_wire(keyring, error)
    assert received.code() is grpc.StatusCode.INTERNAL
    assert decode(received, "probe").detail == InternalError.title
    assert not any(word in repr(received) for word in ("sda1", "hunter2", "secret"))


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.kind)
def test_only_an_unavailable_dependency_pushes_retries_back(error: type[CausewayError]) -> None:
    code, _, trailers = encode(error())
    pushed_back = ("grpc-retry-pushback-ms", "-1") in trailers
    assert pushed_back == (code is grpc.StatusCode.UNAVAILABLE)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(detail=st.text(max_size=5000), field=st.text(max_size=3000), fact=st.text(max_size=3000))
def test_no_text_makes_the_trailers_too_large_or_fails_to_encode(detail: str, field: str, fact: str) -> None:
    info = {f"fact{n}" * 30: fact for n in range(20)}
    _, message, trailers = encode(Conflict(detail, field=field, retry_after_ms=5, info=info))
    on_the_wire = 3 * len(message.encode()) + sum(len(key) + 4 * len(value) // 3 for key, value in trailers)
    assert on_the_wire < _CLIENT_TRAILER_LIMIT


@pytest.mark.parametrize("text", ["x" * 20_000, "💥" * 6000, "\ud800 alone", "line\r\nbreak: x", "\x00"])
async def test_a_hostile_text_does_not_change_the_kind(keyring: Keyring, text: str) -> None:
    received = await _over_the_wire(keyring, InvalidRequest(text, field=text, info={"value": text}))
    error = decode(received, "probe")
    assert error.kind == "invalid_request"
    assert len(error.detail.encode()) <= 600


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, "dependency_unavailable"),
        (grpc.StatusCode.CANCELLED, "overloaded"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "deadline_exceeded"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "overloaded"),
        (grpc.StatusCode.OUT_OF_RANGE, "invalid_request"),
        (grpc.StatusCode.UNIMPLEMENTED, "internal"),
        (grpc.StatusCode.DATA_LOSS, "internal"),
    ],
)
def test_a_status_of_grpcs_own_becomes_a_kind_that_names_the_dependency(
    code: grpc.StatusCode, kind: str
) -> None:
    error = decode(_foreign(code, b""), "retrieval")
    assert error.kind == kind
    assert "retrieval" in error.detail
    assert "connection refused" not in error.detail


@pytest.mark.parametrize(
    "details",
    [
        b"\xff\xff\xff\xff",
        status_pb2.Status(details=[any_pb2.Any(type_url="x", value=b"\xff")]).SerializeToString(),
        status_pb2.Status(
            details=[any_pb2.Any(type_url="type.googleapis.com/google.rpc.ErrorInfo", value=b"\xff\xff")]
        ).SerializeToString(),
    ],
    ids=["garbage", "unknown type", "broken detail"],
)
def test_details_that_cannot_be_read_leave_the_status_to_speak(details: bytes) -> None:
    assert decode(_foreign(grpc.StatusCode.NOT_FOUND, details), "config").kind == "not_found"


@pytest.mark.parametrize(("domain", "reason"), [("elsewhere", "CONFLICT"), ("causeway", "OF_THE_FUTURE")])
def test_another_domain_or_an_unknown_reason_is_not_ours(domain: str, reason: str) -> None:
    packed = any_pb2.Any()
    packed.Pack(error_details_pb2.ErrorInfo(domain=domain, reason=reason))
    details = status_pb2.Status(details=[packed]).SerializeToString()
    assert decode(_foreign(grpc.StatusCode.RESOURCE_EXHAUSTED, details), "x").kind == "overloaded"


async def test_a_server_that_is_not_there_is_an_unavailable_dependency(keyring: Keyring) -> None:
    keyring.add("edge")
    async with running(keyring.verifier("probe")) as probe:
        port = probe.port
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        error = decode(await failure(Probe(port, channel).one(b"", timeout=10)), "probe")
    assert isinstance(error, DependencyUnavailable)


async def test_a_client_that_stops_waiting_sees_its_deadline(keyring: Keyring) -> None:
    keyring.add("edge")
    released = asyncio.Event()

    async def one(request: bytes, context: Any) -> bytes:
        await released.wait()
        return b""

    async with running(keyring.verifier("probe"), Behaviour(one=one)) as probe:
        metadata = bearer(keyring.token("edge", "probe"))
        error = decode(await failure(probe.one(b"", metadata=metadata, timeout=0.1)), "probe")
        released.set()
    assert isinstance(error, DeadlineExceeded)


async def test_an_error_in_the_middle_of_a_stream_keeps_its_kind(keyring: Keyring) -> None:
    keyring.add("edge")

    async def many(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield b"1"
        yield b"2"
        raise Overloaded("Too busy.", retry_after_ms=250)

    received = []
    async with running(keyring.verifier("probe"), Behaviour(many=many)) as probe:
        call = probe.many(b"", metadata=bearer(keyring.token("edge", "probe")))

        async def read_all() -> None:
            async for response in call:
                received.append(response)

        error = decode(await failure(read_all()), "probe")
    assert received == [b"1", b"2"]
    assert (error.kind, error.retry_after_ms) == ("overloaded", 250)


def test_what_is_no_error_of_the_async_client_is_internal() -> None:
    assert decode(grpc.RpcError("odd"), "config").kind == "internal"


def _foreign(code: grpc.StatusCode, details: bytes) -> grpc.aio.AioRpcError:
    trailing = grpc.aio.Metadata(("grpc-status-details-bin", details)) if details else grpc.aio.Metadata()
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailing, details="connection refused")
