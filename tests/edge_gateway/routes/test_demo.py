"""The demo page and its token."""

from __future__ import annotations

from typing import Any

import pytest

from tests.edge_gateway.harness import Edge, bundle


@pytest.fixture
def demo(edge: Edge) -> Edge:
    edge.development = True
    keys = [{"kid": "demo-host-1", "algorithm": "EdDSA", "key": {"file": "host-ed.pub.pem"}}]
    edge.manifests.current["demo"] = bundle(
        "demo", tenant={"identity": {"issuer": "causeway-demo-host", "keys": keys}}
    )
    return edge


async def test_the_built_page_is_shown(demo: Edge) -> None:
    demo.widget.mkdir()
    (demo.widget / "demo.html").write_text("<!doctype html><title>Causeway</title>")
    async with demo.client() as client:
        response = await client.get("/")

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "<title>Causeway</title>" in response.text


async def test_before_the_build_the_page_says_how_to_build(demo: Edge) -> None:
    async with demo.client() as client:
        response = await client.get("/")

    assert response.status_code == 200
    assert "make widget" in response.text


async def test_the_token_opens_a_session(demo: Edge) -> None:
    async with demo.client() as client:
        token = (await client.post("/demo/token")).json()["token"]
        response = await client.post("/v1/sessions", json={}, headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 201
    assert response.json()["config"]["tenant_id"] == "demo"


async def test_a_browser_may_stay_the_same_visitor(demo: Edge) -> None:
    async with demo.client() as client:
        first = (await client.post("/demo/token")).json()
        again = (await client.post("/demo/token", json={"visitor": first["visitor"]})).json()
        other = (await client.post("/demo/token")).json()

    assert again["visitor"] == first["visitor"]
    assert other["visitor"] != first["visitor"]


@pytest.mark.parametrize("visitor", ["", "short", "a b c d e f", "x" * 65, 7, "ünicode-name"])
async def test_a_visitor_is_named_by_a_plain_word(demo: Edge, visitor: Any) -> None:
    async with demo.client() as client:
        assert (await client.post("/demo/token", json={"visitor": visitor})).status_code == 422


async def test_outside_development_there_is_neither(demo: Edge) -> None:
    demo.development = False
    async with demo.client() as client:
        assert (await client.get("/")).status_code == 404
        assert (await client.post("/demo/token")).status_code == 404
