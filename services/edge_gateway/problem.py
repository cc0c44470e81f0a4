"""Writes an error as RFC 9457 problem details, with its HTTP status."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from libs.common.errors import CausewayError, InvalidRequest, Kind, NotFound
from libs.common.metrics import ERRORS

CONTENT_TYPE = "application/problem+json"

STATUS: Mapping[Kind, int] = {
    "invalid_request": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "resume_expired": 410,
    "conflict": 409,
    "rate_limited": 429,
    "budget_exceeded": 429,
    "overloaded": 503,
    "deadline_exceeded": 504,
    "dependency_unavailable": 503,
    "model_failed": 502,
    "guardrail_failed": 502,
    "internal": 500,
}

# A refusal for now always says when to come back, even where its origin did not.
_DEFAULT_RETRY_MS: Mapping[Kind, int] = {
    "rate_limited": 1_000,
    "overloaded": 1_000,
    "dependency_unavailable": 1_000,
    "budget_exceeded": 60_000,
}
_PUBLIC_FACTS = ("query_id", "conversation_id")


class HttpRefusal(InvalidRequest):
    """A request that is wrong in a way for which HTTP has a status of its own.

    Attributes:
        status: The status.
        headers: Further headers of the response.
    """

    status: ClassVar[int] = 400
    headers: Mapping[str, str] = {}


class BodyTooLarge(HttpRefusal):
    """The body is longer than allowed; the rest of it is thrown away."""

    status = 413


class BodyTooSlow(HttpRefusal):
    """The body did not arrive in time."""

    status = 408
    headers = {"Connection": "close"}  # noqa: RUF012


class UnsupportedType(HttpRefusal):
    """The body is not of a type that is understood here."""

    status = 415


class Unprocessable(HttpRefusal):
    """The body is JSON, and a field of it is missing or wrong."""

    status = 422


class MethodNotAllowed(HttpRefusal):
    """The route exists, the method does not."""

    status = 405

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This route answers {allowed} only.")
        self.headers = {"Allow": allowed}


def status_of(error: CausewayError) -> int:
    """Returns the HTTP status of an error."""
    return error.status if isinstance(error, HttpRefusal) else STATUS[error.kind]


def retry_after_seconds(error: CausewayError) -> float | None:
    """Seconds after which trying again may help, if it may."""
    milliseconds = error.retry_after_ms
    if milliseconds is None:
        milliseconds = _DEFAULT_RETRY_MS.get(error.kind)
    return None if milliseconds is None else milliseconds / 1000


def problem(error: CausewayError) -> dict[str, Any]:
    """Returns the members of the problem document."""
    # What an internal error says in detail is for the log.
    detail = error.title if error.kind == "internal" else error.detail
    document: dict[str, Any] = {
        "type": f"urn:causeway:error:{error.kind}",
        "title": error.title,
        "status": status_of(error),
        "detail": detail,
        "kind": error.kind,
    }
    if error.field is not None:
        document["field"] = error.field
    document |= {name: error.info[name] for name in _PUBLIC_FACTS if name in error.info}
    retry_after = retry_after_seconds(error)
    if retry_after is not None:
        document["retry_after"] = retry_after
    return document


def problem_response(error: CausewayError) -> Response:
    """Returns the response that tells of an error, and counts it."""
    ERRORS.labels(error.channel, error.kind).inc()
    headers = {"Cache-Control": "no-store"}
    retry_after = retry_after_seconds(error)
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    if error.kind == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, HttpRefusal):
        headers.update(error.headers)
    content = orjson.dumps(problem(error))
    return Response(content, status_of(error), headers, media_type=CONTENT_TYPE)


async def on_causeway_error(_: Request, error: Exception) -> Response:
    """Answers a request that failed with an error of ours."""
    assert isinstance(error, CausewayError)
    return problem_response(error)


async def on_http_exception(_: Request, error: Exception) -> Response:
    """Answers a request for which the router found no route, or not with that method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = sorted(word.strip() for word in (error.headers or {}).get("Allow", "").split(","))
        return problem_response(MethodNotAllowed(", ".join(allowed)))
    if error.status_code == 404:
        return problem_response(NotFound("There is no such route."))
    return problem_response(InvalidRequest("The request is not understood."))
