"""`GET /v1/config`."""

from __future__ import annotations

import pytest

from tests.edge_gateway.harness import Edge, bundle


async def test_the_subset_comes_with_its_tag(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/v1/config", headers=edge.bearer())

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"].startswith('"')
    assert "private" in response.headers["cache-control"]
    assert "Authorization" in response.headers["vary"]
    assert response.json()["manifest_id"] == bundle().manifest_id


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
async def test_a_client_that_has_it_gets_304_without_a_body(edge: Edge, form: str) -> None:
    async with edge.client() as client:
        first = await client.get("/v1/config", headers=edge.bearer())
        again = await client.get(
            "/v1/config", headers={**edge.bearer(), "If-None-Match": form.format(first.headers["etag"])}
        )

    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert again.headers["vary"] == first.headers["vary"]


async def test_a_new_manifest_is_served_at_once(edge: Edge) -> None:
    async with edge.client() as client:
        first = await client.get("/v1/config", headers=edge.bearer())
        edge.manifests.current["acme"] = bundle(policy_version="strict-2")
        again = await client.get(
            "/v1/config", headers={**edge.bearer(), "If-None-Match": first.headers["etag"]}
        )

    assert again.status_code == 200
    assert again.json()["policy_version"] == "strict-2"


async def test_each_tenant_sees_its_own(edge: Edge) -> None:
    edge.manifests.current["globex"] = bundle("globex", tenant={"appearance": {"title": "Globex"}})
    async with edge.client() as client:
        response = await client.get("/v1/config", headers=edge.bearer(tenant="globex"))

    assert response.json()["title"] == "Globex"


async def test_without_a_session_there_is_none(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/v1/config", headers={"If-None-Match": "*"})

    assert response.status_code == 401
