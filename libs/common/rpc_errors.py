"""Carries the error vocabulary over gRPC, as google.rpc.Status details."""

from __future__ import annotations

from collections.abc import Mapping

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from libs.common.errors import (
    ERRORS,
    CausewayError,
    DeadlineExceeded,
    DependencyUnavailable,
    Forbidden,
    InternalError,
    InvalidRequest,
    Kind,
    NotFound,
    Overloaded,
    Unauthenticated,
)

DOMAIN = "causeway"
"""ErrorInfo.domain of every error that this product raises."""

LATER_MS = 500
"""When to ask again a server that is too busy to say so itself."""

_DETAILS_KEY = "grpc-status-details-bin"
_PUSHBACK_KEY = "grpc-retry-pushback-ms"
# In bytes. The detail travels three times, once with every byte as %XX; beyond 8 KiB of trailers a
# client's gRPC puts a status of its own in the place of ours.
_MAX_DETAIL = 600
_MAX_FACT_NAME = 64
_MAX_FACT = 200
_MAX_FACTS = 8

CODES: Mapping[Kind, grpc.StatusCode] = {
    "invalid_request": grpc.StatusCode.INVALID_ARGUMENT,
    "unauthenticated": grpc.StatusCode.UNAUTHENTICATED,
    "forbidden": grpc.StatusCode.PERMISSION_DENIED,
    "not_found": grpc.StatusCode.NOT_FOUND,
    "resume_expired": grpc.StatusCode.NOT_FOUND,
    "conflict": grpc.StatusCode.FAILED_PRECONDITION,
    "rate_limited": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "budget_exceeded": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "overloaded": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "deadline_exceeded": grpc.StatusCode.DEADLINE_EXCEEDED,
    "dependency_unavailable": grpc.StatusCode.UNAVAILABLE,
    "model_failed": grpc.StatusCode.ABORTED,
    "guardrail_failed": grpc.StatusCode.ABORTED,
    "internal": grpc.StatusCode.INTERNAL,
}

# What a status means when it carries no details of ours: it was made by gRPC itself or by a stranger.
_FOREIGN: Mapping[grpc.StatusCode, type[CausewayError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.OUT_OF_RANGE: InvalidRequest,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: Forbidden,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    # A server's gRPC ends so what it has no room for, before the service sees it. Who cancels a call of
    # its own gets no status, but asyncio's CancelledError.
    grpc.StatusCode.CANCELLED: Overloaded,
    grpc.StatusCode.UNAVAILABLE: DependencyUnavailable,
}


def encode(error: CausewayError) -> tuple[grpc.StatusCode, str, tuple[tuple[str, str | bytes], ...]]:
    """Returns the code, the message and the trailing metadata that carry an error.

    Long texts are cut: detail at 600 bytes, field and facts at 200.
    """
    code = CODES[error.kind]
    detail = _short(error.detail, _MAX_DETAIL)
    status = status_pb2.Status(code=code.value[0], message=detail)
    first = list(error.info.items())[:_MAX_FACTS]
    facts = {_short(name, _MAX_FACT_NAME): _short(value, _MAX_FACT) for name, value in first}
    _pack(status, error_details_pb2.ErrorInfo(reason=error.kind.upper(), domain=DOMAIN, metadata=facts))
    if error.field is not None:
        field = _short(error.field, _MAX_FACT)
        violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=detail)
        _pack(status, error_details_pb2.BadRequest(field_violations=[violation]))
    if error.retry_after_ms is not None:
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(error.retry_after_ms)
        _pack(status, error_details_pb2.RetryInfo(retry_delay=delay))
    trailers: list[tuple[str, str | bytes]] = [(_DETAILS_KEY, status.SerializeToString())]
    if code is grpc.StatusCode.UNAVAILABLE:
        # The server is healthy, its dependency is not: a retry elsewhere would only spread the load.
        trailers.append((_PUSHBACK_KEY, "-1"))
    return code, detail, tuple(trailers)


def decode(error: grpc.RpcError, dependency: str) -> CausewayError:
    """Returns the error that a failed call means.

    Args:
        error: What the client raised.
        dependency: Who was called, for errors that gRPC itself made.
    """
    if not isinstance(error, grpc.aio.AioRpcError):
        return InternalError(f"The call to {dependency} failed.")
    ours = _ours(error)
    if ours is not None:
        return ours
    foreign = _FOREIGN.get(error.code(), InternalError)
    if foreign is DependencyUnavailable:
        return DependencyUnavailable(f"{dependency} does not answer; try again shortly.")
    if foreign is DeadlineExceeded:
        return DeadlineExceeded(f"{dependency} did not answer in time.")
    if foreign is Overloaded:
        return Overloaded(
            f"{dependency} is asked too much at once; try again shortly.", retry_after_ms=LATER_MS
        )
    return foreign(f"{dependency} refused the call.")


def says_why(error: grpc.aio.AioRpcError) -> bool:
    """Whether a service raised the error: what gRPC itself makes has neither details nor a push-back."""
    keys = {key for key, _ in error.trailing_metadata() or ()}
    return not keys.isdisjoint((_DETAILS_KEY, _PUSHBACK_KEY))


def _pack(status: status_pb2.Status, message: object) -> None:
    packed = any_pb2.Any()
    packed.Pack(message)  # type: ignore[arg-type]
    status.details.append(packed)


def _short(text: str, limit: int) -> str:
    raw = text.encode("utf-8", "replace")
    return raw.decode() if len(raw) <= limit else raw[: limit - 3].decode("utf-8", "ignore") + "…"


def _ours(error: grpc.aio.AioRpcError) -> CausewayError | None:
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS_KEY and isinstance(value, bytes):
            try:
                return _read(status_pb2.Status.FromString(value))
            except DecodeError:
                return None
    return None


def _read(status: status_pb2.Status) -> CausewayError | None:
    found: type[CausewayError] | None = None
    facts: dict[str, str] = {}
    field: str | None = None
    retry_after_ms: int | None = None
    for detail in status.details:
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo.FromString(detail.value)
            if info.domain == DOMAIN:
                found, facts = ERRORS.get(info.reason.lower()), dict(info.metadata)
        elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            violations = error_details_pb2.BadRequest.FromString(detail.value).field_violations
            field = violations[0].field if violations else None
        elif detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
            retry_after_ms = error_details_pb2.RetryInfo.FromString(detail.value).retry_delay.ToMilliseconds()
    if found is None:
        return None
    return found(status.message, field=field, retry_after_ms=retry_after_ms, info=facts)
