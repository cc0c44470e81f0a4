"""The errors that a call can end with, one class for each kind of Causeway's vocabulary.

CausewayError
├── InvalidRequest          the request is wrong; `field` names where
├── Unauthenticated         no token, or one that does not hold
├── Forbidden               the token lacks the right
├── NotFound                no such thing, or not the caller's
├── ResumeExpired           it existed; its events are gone
├── Conflict                contradicts what is there
├── RateLimited             too many requests from this caller; see `retry_after`
├── BudgetExceeded          the money is spent
├── Overloaded              shed before it was begun; see `retry_after`
├── DeadlineExceeded        the time ran out; says in which stage
├── DependencyUnavailable   something that the service needs, or the service, does not answer
├── ModelFailed             every model in the chain failed
├── GuardrailFailed         a check could not run
└── InternalError           a fault on the other side
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class CausewayError(Exception):
    """A call that failed.

    Attributes:
        kind: The kind of error, the same word over gRPC and HTTP.
        retryable: Whether the same request may succeed later.
        detail: One sentence: what is wrong, and what to do next.
        field: The field of the request at fault, if one is.
        retry_after: Seconds after which trying again may help, if the service said so.
        info: Further facts by name.
    """

    kind: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str,
        *,
        field: str | None = None,
        retry_after: float | None = None,
        info: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.retry_after = retry_after
        self.info: Mapping[str, str] = dict(info or {})


class InvalidRequest(CausewayError):
    """The request itself is wrong; sending it again changes nothing."""

    kind = "invalid_request"


class Unauthenticated(CausewayError):
    """There is no token, or it does not hold."""

    kind = "unauthenticated"


class Forbidden(CausewayError):
    """The token is good and may not do this."""

    kind = "forbidden"


class NotFound(CausewayError):
    """The thing does not exist, or belongs to somebody else."""

    kind = "not_found"


class ResumeExpired(CausewayError):
    """What was to be resumed is no longer kept."""

    kind = "resume_expired"


class Conflict(CausewayError):
    """The request contradicts the present state."""

    kind = "conflict"


class RateLimited(CausewayError):
    """The caller sends too much."""

    kind = "rate_limited"
    retryable = True


class BudgetExceeded(CausewayError):
    """The budget is spent."""

    kind = "budget_exceeded"
    retryable = True


class Overloaded(CausewayError):
    """The service sheds load; the request was not begun."""

    kind = "overloaded"
    retryable = True


class DeadlineExceeded(CausewayError):
    """The time ran out."""

    kind = "deadline_exceeded"
    retryable = True


class DependencyUnavailable(CausewayError):
    """The service, or something that it needs, does not answer."""

    kind = "dependency_unavailable"
    retryable = True


class ModelFailed(CausewayError):
    """No language model could answer."""

    kind = "model_failed"
    retryable = True


class GuardrailFailed(CausewayError):
    """A safety check could not run, so nothing may pass."""

    kind = "guardrail_failed"
    retryable = True


class InternalError(CausewayError):
    """A fault on the other side."""

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
