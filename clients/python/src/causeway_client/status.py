"""Reads the error of a failed call: a google.rpc.Status with ErrorInfo, BadRequest and RetryInfo."""

from __future__ import annotations

from collections.abc import Mapping

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from causeway_client.errors import (
    ERRORS,
    CausewayError,
    DeadlineExceeded,
    DependencyUnavailable,
    Forbidden,
    InternalError,
    InvalidRequest,
    NotFound,
    Overloaded,
    Unauthenticated,
)

DOMAIN = "causeway"
"""ErrorInfo.domain of the errors that Causeway raises."""

_DETAILS_KEY = "grpc-status-details-bin"

# What a status means that carries no details of Causeway's: gRPC itself, or something in between, made it.
_FOREIGN: Mapping[grpc.StatusCode, type[CausewayError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.OUT_OF_RANGE: InvalidRequest,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: Forbidden,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.CANCELLED: Overloaded,  # the server's gRPC had no room for the call
    grpc.StatusCode.UNAVAILABLE: DependencyUnavailable,
}


def error_of(failed: grpc.RpcError) -> CausewayError:
    """Returns the error that a failed call means.

    Args:
        failed: What gRPC raised, in its sync or its async form.
    """
    if not isinstance(failed, grpc.Call | grpc.aio.AioRpcError):
        return InternalError("The call failed, and gRPC does not say why.")
    for key, value in failed.trailing_metadata() or ():
        if key == _DETAILS_KEY and isinstance(value, bytes):
            ours = _read(value)
            if ours is not None:
                return ours
    code, words = failed.code(), failed.details() or "no details"
    return _FOREIGN.get(code, InternalError)(f"Retrieval did not answer: {code.name} ({words}).")


def _read(raw: bytes) -> CausewayError | None:
    try:
        status = status_pb2.Status.FromString(raw)
        info, field, retry_after = _details(status)
    except DecodeError:
        return None
    found = ERRORS.get(info.reason.lower()) if info.domain == DOMAIN else None
    if found is None:
        return None
    return found(status.message, field=field, retry_after=retry_after, info=dict(info.metadata))


def _details(status: status_pb2.Status) -> tuple[error_details_pb2.ErrorInfo, str | None, float | None]:
    info = error_details_pb2.ErrorInfo()
    request = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        for message in (info, request, retry):
            if detail.Is(message.DESCRIPTOR):
                message.ParseFromString(detail.value)
    field = request.field_violations[0].field if request.field_violations else None
    wait = retry.retry_delay.ToMilliseconds() / 1000 if retry.HasField("retry_delay") else None
    return info, field, wait
