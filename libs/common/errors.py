"""The one error vocabulary, from the first exception to the wire and back.

CausewayError
├── InvalidRequest          the caller's fault; names the field
├── Unauthenticated         no identity, or one that does not hold
├── Forbidden               identity without the right
├── NotFound                no such thing, or not the caller's
├── ResumeExpired           it existed; its events are gone
├── Conflict                contradicts what is there
├── RateLimited             too many requests from this caller
├── BudgetExceeded          the money is spent
├── Overloaded              shed to protect the others
├── DeadlineExceeded        says which stage
├── DependencyUnavailable   says which
├── ModelFailed             every model in the chain failed
├── GuardrailFailed         a check could not run
└── InternalError           generic text outside, details in the log

`libs/common/rpc_errors.py` maps the kinds to gRPC, `services/edge_gateway/problem.py` to HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

Kind = Literal[
    "invalid_request",
    "unauthenticated",
    "forbidden",
    "not_found",
    "resume_expired",
    "conflict",
    "rate_limited",
    "budget_exceeded",
    "overloaded",
    "deadline_exceeded",
    "dependency_unavailable",
    "model_failed",
    "guardrail_failed",
    "internal",
]
Channel = Literal["network", "model", "guardrail", "internal"]


class CausewayError(Exception):
    """An error that callers understand.

    Args:
        detail: One sentence for the caller: what is wrong and what to do next. Never a secret,
            never question or answer text.
        field: The field of the request at fault, if one is.
        retry_after_ms: Milliseconds after which trying again may help.
        info: Further machine-readable facts, e.g. the running query_id of a conflict.
    """

    kind: ClassVar[Kind] = "internal"
    channel: ClassVar[Channel] = "internal"
    title: ClassVar[str] = "Something went wrong on our side."
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str = "",
        *,
        field: str | None = None,
        retry_after_ms: int | None = None,
        info: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.field = field
        self.retry_after_ms = retry_after_ms
        self.info: dict[str, str] = dict(info or {})


class InvalidRequest(CausewayError):
    """The request itself is wrong; sending it again changes nothing."""

    kind = "invalid_request"
    title = "The request is not valid."


class Unauthenticated(CausewayError):
    """There is no identity, or it could not be verified."""

    kind = "unauthenticated"
    title = "Sign in first."


class Forbidden(CausewayError):
    """The identity is known and may not do this."""

    kind = "forbidden"
    title = "That is not allowed."


class NotFound(CausewayError):
    """The thing does not exist, or belongs to somebody else."""

    kind = "not_found"
    title = "There is nothing here."


class ResumeExpired(CausewayError):
    """The answer's events are no longer kept."""

    kind = "resume_expired"
    title = "This answer can no longer be resumed."


class Conflict(CausewayError):
    """The request contradicts the present state."""

    kind = "conflict"
    title = "That contradicts what is already there."


class RateLimited(CausewayError):
    """The caller sends too much."""

    kind = "rate_limited"
    title = "Too many requests."
    retryable = True


class BudgetExceeded(CausewayError):
    """The budget for answers is spent."""

    kind = "budget_exceeded"
    title = "The budget is spent."
    retryable = True


class Overloaded(CausewayError):
    """The service sheds load; the request was not begun."""

    kind = "overloaded"
    channel = "network"
    title = "Too busy right now."
    retryable = True


class DeadlineExceeded(CausewayError):
    """The time ran out; the detail says in which stage."""

    kind = "deadline_exceeded"
    channel = "network"
    title = "That took too long."
    retryable = True


class DependencyUnavailable(CausewayError):
    """Something that the service needs does not answer; the detail says what."""

    kind = "dependency_unavailable"
    channel = "network"
    title = "A part of the system is not available."
    retryable = True


class ModelFailed(CausewayError):
    """Every model in the chain failed."""

    kind = "model_failed"
    channel = "model"
    title = "The language model could not answer."
    retryable = True


class GuardrailFailed(CausewayError):
    """A safety check could not run, so nothing may pass."""

    kind = "guardrail_failed"
    channel = "guardrail"
    title = "A safety check could not run."
    retryable = True


class InternalError(CausewayError):
    """A fault of ours."""

    kind = "internal"
    retryable = True


ERRORS: Mapping[str, type[CausewayError]] = {
    error.kind: error
    for error in (
        InvalidRequest,
        Unauthenticated,
        Forbidden,
        NotFound,
        ResumeExpired,
        Conflict,
        RateLimited,
        BudgetExceeded,
        Overloaded,
        DeadlineExceeded,
        DependencyUnavailable,
        ModelFailed,
        GuardrailFailed,
        InternalError,
    )
}
"""Every kind with its class."""
