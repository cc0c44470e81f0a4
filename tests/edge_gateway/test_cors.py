"""Pages of other origins."""

from __future__ import annotations

import pytest

from tests.edge_gateway.harness import ORIGIN, Edge, bundle

HOSTILE = [
    "null",
    "https://evil.example",
    "http://docs.acme.example",
    "https://docs.acme.example.evil.example",
    "https://evil-docs.acme.example",
    "https://docs.acme.example@evil.example",
    "https://docs.acme.example:8443",
    "https://docs.acme.example/",
    "https://DOCS.ACME.EXAMPLE",
    "file://",
    "*",
]


async def test_a_known_page_may_send_what_the_widget_sends(edge: Edge) -> None:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    async with edge.client() as client:
        response = await client.options("/v1/chat", headers=headers)

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert response.headers["access-control-allow-methods"] == "GET, POST, DELETE"
    allowed = response.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "idempotency-key", "last-event-id"} <= set(allowed)
    assert "Origin" in response.headers["vary"]
    assert "access-control-allow-credentials" not in response.headers
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("origin", HOSTILE)
async def test_a_strange_page_is_refused_before_and_gets_nothing_to_read_after(
    edge: Edge, origin: str
) -> None:
    async with edge.client() as client:
        preflight = await client.options(
            "/v1/chat", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        response = await client.get("/v1/config", headers={"Origin": origin, **edge.bearer()})

    assert preflight.status_code == 403
    assert response.status_code == 403
    for answer in (preflight, response):
        assert answer.headers["content-type"] == "application/problem+json"
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]


async def test_a_known_page_may_read_what_it_asked_for(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/v1/config", headers={"Origin": ORIGIN, **edge.bearer(origin=ORIGIN)})

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert response.headers["access-control-expose-headers"] == "ETag, Retry-After"
    assert {"Authorization", "Origin"} <= set(response.headers["vary"].split(", "))


async def test_a_known_page_may_read_errors_too(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/v1/config", headers={"Origin": ORIGIN})

    assert response.status_code == 401
    assert response.headers["access-control-allow-origin"] == ORIGIN


async def test_a_page_of_one_tenant_cannot_use_the_session_of_another(edge: Edge) -> None:
    edge.manifests.current["globex"] = bundle(
        "globex", tenant={"identity": {"anonymous_origins": ["https://globex.example"]}}
    )
    async with edge.client() as client:
        response = await client.get(
            "/v1/config", headers={"Origin": "https://globex.example", **edge.bearer()}
        )

    assert response.status_code == 403


async def test_responses_without_an_origin_say_that_it_matters(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/v1/config", headers=edge.bearer())

    assert "Origin" in response.headers["vary"]
    assert "access-control-allow-origin" not in response.headers


async def test_an_options_request_that_is_no_preflight_meets_the_router(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.options("/v1/chat")

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


async def test_paths_outside_the_api_are_not_for_pages_of_others(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/readyz", headers={"Origin": ORIGIN})

    assert "access-control-allow-origin" not in response.headers
