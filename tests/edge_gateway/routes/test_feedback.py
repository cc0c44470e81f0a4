"""`POST /v1/feedback`."""

from __future__ import annotations

from typing import Any

import pytest

from libs.common.errors import DependencyUnavailable, InvalidRequest
from services.edge_gateway.feedback import Feedback
from tests.edge_gateway.harness import Edge

ANA = ("acme", "ana")


async def vote(edge: Edge, **fields: Any) -> Any:
    body = {"feedback_id": "f-1", "query_id": edge.ids.new_query(ANA, "k"), "vote": "up"} | fields
    async with edge.client() as client:
        return await client.post("/v1/feedback", json=body, headers=edge.bearer())


async def test_a_vote_is_accepted_once_it_is_recorded(edge: Edge) -> None:
    response = await vote(
        edge, vote="down", rating=2, labels=["wrong", "old"], comment="Ünclear.", manifest_id="a" * 64
    )

    assert response.status_code == 202
    assert response.json() == {"feedback_id": "f-1"}
    feedback = Feedback(
        "f-1", edge.ids.new_query(ANA, "k"), "down", 2, ("wrong", "old"), "Ünclear.", "a" * 64
    )
    assert edge.feedback.recorded == [(edge.session().caller, feedback)]


async def test_a_bare_thumb_is_enough(edge: Edge) -> None:
    assert (await vote(edge, rating=None, labels=None, comment=None)).status_code == 202
    recorded = edge.feedback.recorded[0][1]
    assert (recorded.rating, recorded.labels, recorded.comment) == (None, (), "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"feedback_id": None}, "feedback_id"),
        ({"feedback_id": ""}, "feedback_id"),
        ({"feedback_id": "a b"}, "feedback_id"),
        ({"feedback_id": "f\n"}, "feedback_id"),
        ({"feedback_id": "x" * 129}, "feedback_id"),
        ({"feedback_id": 7}, "feedback_id"),
        ({"query_id": None}, "query_id"),
        ({"vote": None}, "vote"),
        ({"vote": "sideways"}, "vote"),
        ({"vote": 1}, "vote"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": True}, "rating"),
        ({"labels": "wrong"}, "labels"),
        ({"labels": ["x"] * 11}, "labels"),
        ({"labels": [""]}, "labels.0"),
        ({"labels": ["x" * 65]}, "labels.0"),
        ({"labels": ["a", 7]}, "labels.1"),
        ({"labels": ["\x00"]}, "labels.0"),
        ({"comment": "x" * 4001}, "comment"),
        ({"comment": "\x00"}, "comment"),
        ({"comment": ["x"]}, "comment"),
        ({"manifest_id": "latest"}, "manifest_id"),
    ],
)
async def test_a_wrong_field_is_named(edge: Edge, fields: dict[str, Any], field: str) -> None:
    response = await vote(edge, **fields)

    assert response.status_code == 422
    assert response.json()["field"] == field
    assert edge.feedback.recorded == []


@pytest.mark.parametrize("owner", [("acme", "bob"), ("globex", "ana"), None])
async def test_the_answer_of_another_gets_no_vote(edge: Edge, owner: tuple[str, str] | None) -> None:
    response = await vote(edge, query_id=edge.ids.new_query(owner) if owner else "q_forged")

    assert response.status_code == 404
    assert response.json()["field"] == "query_id"
    assert edge.feedback.recorded == []


async def test_a_vote_that_could_not_be_kept_is_to_be_sent_again(edge: Edge) -> None:
    edge.feedback.error = DependencyUnavailable("insights does not answer")

    response = await vote(edge)

    assert response.status_code == 503
    assert response.headers["retry-after"]


async def test_what_insights_refuses_is_refused(edge: Edge) -> None:
    edge.feedback.error = InvalidRequest("No.", field="comment")

    assert (await vote(edge)).status_code == 400


async def test_who_votes_too_often_is_told_when_to_come_back(edge: Edge) -> None:
    edge.feedback_limiter.exhausted = True

    assert (await vote(edge)).status_code == 429
    assert edge.feedback.recorded == []
