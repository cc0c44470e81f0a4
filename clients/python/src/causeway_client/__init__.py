"""Searches a Causeway index from Python."""

from causeway_client.aio import AsyncCausewayClient
from causeway_client.client import CausewayClient
from causeway_client.errors import (
    BudgetExceeded,
    CausewayError,
    Conflict,
    DeadlineExceeded,
    DependencyUnavailable,
    Forbidden,
    GuardrailFailed,
    InternalError,
    InvalidRequest,
    ModelFailed,
    NotFound,
    Overloaded,
    RateLimited,
    ResumeExpired,
    Unauthenticated,
)
from causeway_client.explanation import ExplainedCandidate, ExplainedPlan, ExplainedStage, Explanation
from causeway_client.passage import Passage, Scores, SentenceVectors
from causeway_client.pool import ClientClosed
from causeway_client.search import IndexState, PageHint, SearchFilter, SearchOptions, SearchResult, Timings
from causeway_client.tokens import AsyncTokenSource, SigningKeyTokens, TokenSource
from causeway_client.transport import Options, Tls

__all__ = [
    "AsyncCausewayClient",
    "AsyncTokenSource",
    "BudgetExceeded",
    "CausewayClient",
    "CausewayError",
    "ClientClosed",
    "Conflict",
    "DeadlineExceeded",
    "DependencyUnavailable",
    "ExplainedCandidate",
    "ExplainedPlan",
    "ExplainedStage",
    "Explanation",
    "Forbidden",
    "GuardrailFailed",
    "IndexState",
    "InternalError",
    "InvalidRequest",
    "ModelFailed",
    "NotFound",
    "Options",
    "Overloaded",
    "PageHint",
    "Passage",
    "RateLimited",
    "ResumeExpired",
    "Scores",
    "SearchFilter",
    "SearchOptions",
    "SearchResult",
    "SentenceVectors",
    "SigningKeyTokens",
    "Timings",
    "Tls",
    "TokenSource",
    "Unauthenticated",
]
