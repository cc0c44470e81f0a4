"""The headers of every response."""

from __future__ import annotations

import pytest

from services.edge_gateway.security_headers import PAGE_POLICY
from tests.edge_gateway.harness import Edge


@pytest.mark.parametrize("path", ["/healthz", "/nope", "/v1/config", "/widget/loader.js"])
async def test_every_response_forbids_guessing_and_telling(edge: Edge, path: str) -> None:
    async with edge.client() as client:
        response = await client.get(path)

    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"
    assert "content-security-policy" not in response.headers
    assert "set-cookie" not in response.headers


async def test_a_page_may_run_nothing_but_the_edges_own_scripts(edge: Edge) -> None:
    edge.development = True
    async with edge.client() as client:
        response = await client.get("/")

    assert response.headers["content-security-policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY
    assert "require-trusted-types-for 'script'" in PAGE_POLICY
