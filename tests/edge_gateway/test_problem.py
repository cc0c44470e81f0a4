"""Errors as problem details."""

from __future__ import annotations

import json

import pytest

from libs.common.errors import (
    ERRORS,
    BudgetExceeded,
    CausewayError,
    Conflict,
    InternalError,
    InvalidRequest,
    Overloaded,
    RateLimited,
    ResumeExpired,
    Unauthenticated,
)
from services.edge_gateway.problem import (
    STATUS,
    BodyTooLarge,
    BodyTooSlow,
    MethodNotAllowed,
    Unprocessable,
    UnsupportedType,
    problem_response,
)

PUBLISHED = {
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


def test_every_kind_has_its_published_status() -> None:
    assert STATUS == PUBLISHED
    assert set(STATUS) == set(ERRORS)


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_every_kind_is_written_whole(kind: str) -> None:
    error = ERRORS[kind]("Do this next.")

    response = problem_response(error)

    document = json.loads(bytes(response.body))
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.status_code == document["status"] == PUBLISHED[kind]
    assert document["kind"] == kind
    assert document["type"] == f"urn:causeway:error:{kind}"
    assert document["title"] == error.title
    assert document["detail"] == (error.title if kind == "internal" else "Do this next.")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidRequest("x"), 400),
        (BodyTooLarge("x"), 413),
        (UnsupportedType("x"), 415),
        (Unprocessable("x", field="question"), 422),
        (BodyTooSlow("x"), 408),
        (MethodNotAllowed("GET, HEAD"), 405),
    ],
)
def test_a_wrong_request_has_the_status_that_http_has_for_it(error: CausewayError, status: int) -> None:
    response = problem_response(error)

    assert response.status_code == status
    assert json.loads(bytes(response.body))["kind"] == "invalid_request"


def test_the_field_at_fault_is_named() -> None:
    document = json.loads(bytes(problem_response(Unprocessable("x", field="page.url")).body))

    assert document["field"] == "page.url"


def test_details_of_an_internal_error_stay_inside() -> None:
    body = bytes(problem_response(InternalError("password=hunter2")).body)

    assert b"hunter2" not in body


@pytest.mark.parametrize(
    ("error", "seconds", "header"),
    [
        (RateLimited("x", retry_after_ms=1500), 1.5, "2"),
        (Overloaded("x", retry_after_ms=40), 0.04, "1"),
        (Overloaded("x"), 1.0, "1"),
        (BudgetExceeded("x"), 60.0, "60"),
    ],
)
def test_a_refusal_for_now_says_when_to_come_back(error: CausewayError, seconds: float, header: str) -> None:
    response = problem_response(error)

    assert json.loads(bytes(response.body))["retry_after"] == seconds
    assert response.headers["retry-after"] == header


def test_a_refusal_for_good_does_not() -> None:
    response = problem_response(InvalidRequest("x"))

    assert "retry_after" not in json.loads(bytes(response.body))
    assert "retry-after" not in response.headers


def test_public_facts_are_told_and_others_are_not() -> None:
    conflict = Conflict("An answer is running.", info={"query_id": "q_1", "shard": "7"})
    expired = ResumeExpired("Gone.", info={"conversation_id": "c_1"})

    assert json.loads(bytes(problem_response(conflict).body))["query_id"] == "q_1"
    assert "shard" not in json.loads(bytes(problem_response(conflict).body))
    assert json.loads(bytes(problem_response(expired).body))["conversation_id"] == "c_1"


def test_headers_say_what_http_clients_expect() -> None:
    assert problem_response(Unauthenticated()).headers["www-authenticate"] == "Bearer"
    assert problem_response(MethodNotAllowed("POST")).headers["allow"] == "POST"
    assert problem_response(BodyTooSlow("x")).headers["connection"] == "close"
