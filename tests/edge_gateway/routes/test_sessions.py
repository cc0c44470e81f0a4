"""`POST /v1/sessions`."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.edge_gateway.harness import ORIGIN, Edge, bundle


async def create(edge: Edge, body: Any = None, **headers: str) -> Any:
    async with edge.client() as client:
        if body is None:
            return await client.post("/v1/sessions", headers=headers)
        return await client.post("/v1/sessions", json=body, headers=headers)


async def test_a_host_token_becomes_a_session_with_everything_that_the_widget_needs(edge: Edge) -> None:
    response = await create(edge, {"locale": "de"}, Authorization=f"Bearer {edge.host_token()}")

    assert response.status_code == 201
    body = response.json()
    assert set(body) == {
        *("session_id", "session_token", "expires_at", "conversation_id"),
        *("config", "config_etag", "suggestions"),
    }
    session = edge.tokens.verify(body["session_token"])
    assert (session.owner, session.sid, session.locale) == (("acme", "ana"), body["session_id"], "de")
    assert body["expires_at"] == "2025-06-15T15:21:40Z"
    assert edge.ids.owns_conversation(("acme", "ana"), body["conversation_id"])
    assert body["config"]["manifest_id"] == bundle().manifest_id
    assert body["suggestions"] == ["How do I start?"]
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers


async def test_the_tag_is_that_of_the_configuration_route(edge: Edge) -> None:
    response = await create(edge, {}, Authorization=f"Bearer {edge.host_token()}")
    token = response.json()["session_token"]
    async with edge.client() as client:
        config = await client.get("/v1/config", headers={"Authorization": f"Bearer {token}"})

    assert config.headers["etag"] == response.json()["config_etag"]
    assert config.json() == response.json()["config"]


async def test_no_body_is_an_empty_one(edge: Edge) -> None:
    assert (await create(edge, None, Authorization=f"Bearer {edge.host_token()}")).status_code == 201


async def test_an_anonymous_visitor_of_an_allowed_page_is_let_in(edge: Edge) -> None:
    response = await create(edge, {"tenant": "acme"}, Origin=ORIGIN)

    assert response.status_code == 201
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert edge.tokens.verify(response.json()["session_token"]).anonymous


async def test_a_page_that_needs_host_tokens_is_not_open_to_anonymous_visitors(edge: Edge) -> None:
    page = "https://intranet.acme.example"
    open_to_hosts = {"origins": (page,), "anonymous_origins": (ORIGIN,)}
    acme = edge.manifests.current["acme"]
    identity = acme.tenant.identity.model_copy(update=open_to_hosts)
    tenant = acme.tenant.model_copy(update={"identity": identity})
    edge.manifests.current["acme"] = dataclasses.replace(acme, tenant=tenant)

    named = await create(edge, {}, Origin=page, Authorization=f"Bearer {edge.host_token()}")
    anonymous = await create(edge, {"tenant": "acme"}, Origin=page)

    assert (named.status_code, anonymous.status_code) == (201, 403)
    assert named.headers["access-control-allow-origin"] == page


async def test_an_anonymous_visitor_stays_the_same_through_renewals(edge: Edge) -> None:
    first = (await create(edge, {"tenant": "acme"}, Origin=ORIGIN)).json()
    edge.clock.advance(10 * 24 * 3600)

    again = await create(edge, {}, Origin=ORIGIN, Authorization=f"Bearer {first['session_token']}")

    assert again.status_code == 201
    sessions = [edge.tokens.verify_for_renewal(one["session_token"]) for one in (first, again.json())]
    assert sessions[0].subject == sessions[1].subject


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({}, {}, 401),
        ({}, {"Origin": ORIGIN}, 401),
        ({"tenant": ""}, {"Origin": ORIGIN}, 401),
        ({"tenant": "acme"}, {}, 403),
        ({"tenant": "acme"}, {"Origin": "https://evil.example"}, 403),
        ({"tenant": "acme"}, {"Origin": "null"}, 403),
        ({"tenant": "globex"}, {"Origin": ORIGIN}, 403),
        ({"tenant": "acme"}, {"Authorization": "Bearer x.y.z", "Origin": ORIGIN}, 401),
        ({"tenant": "acme"}, {"Authorization": "Basic YTpi", "Origin": ORIGIN}, 401),
        ({"tenant": 7}, {"Origin": ORIGIN}, 422),
        ({"tenant": "acme", "privacy": {"history": "no"}}, {"Origin": ORIGIN}, 422),
        ({"tenant": "acme", "page": []}, {"Origin": ORIGIN}, 422),
        ({"tenant": "acme", "resume": 7}, {"Origin": ORIGIN}, 422),
        ({"tenant": "a\x00"}, {"Origin": ORIGIN}, 422),
    ],
)
async def test_everybody_else_is_told_why_not(
    edge: Edge, body: Any, headers: dict[str, str], status: int
) -> None:
    response = await create(edge, body, **headers)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_conversation_of_the_visitor_is_resumed(edge: Edge) -> None:
    conversation = edge.ids.new_conversation(("acme", "ana"))
    headers = {"Authorization": f"Bearer {edge.host_token()}"}

    assert (await create(edge, {"resume": conversation}, **headers)).json()["conversation_id"] == conversation


@pytest.mark.parametrize("resume", ["", "c_forged", None])
async def test_another_conversation_is_not_and_a_new_one_begins(edge: Edge, resume: str | None) -> None:
    foreign = edge.ids.new_conversation(("acme", "bob"))
    headers = {"Authorization": f"Bearer {edge.host_token()}"}

    for asked in (resume, foreign):
        conversation = (await create(edge, {"resume": asked}, **headers)).json()["conversation_id"]
        assert conversation != foreign
        assert edge.ids.owns_conversation(("acme", "ana"), conversation)


async def test_a_visitor_may_forbid_history(edge: Edge) -> None:
    response = await create(
        edge, {"privacy": {"history": False}}, Authorization=f"Bearer {edge.host_token()}"
    )

    privacy = edge.tokens.verify(response.json()["session_token"]).privacy
    assert (privacy.history, privacy.memory, privacy.analytics) == (False, False, True)


async def test_without_any_configuration_it_says_when_to_come_back(edge: Edge) -> None:
    edge.manifests.ready = False

    response = await create(edge, {}, Authorization=f"Bearer {edge.host_token()}")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
