"""`/widget/…`."""

from __future__ import annotations

import pytest

from tests.edge_gateway.harness import Edge

PANEL = "/widget/panel.64aaaadc0b30.js"


@pytest.fixture
def built(edge: Edge) -> Edge:
    edge.widget.mkdir()
    (edge.widget / "loader.js").write_text("load()" * 100)
    (edge.widget / "panel.64aaaadc0b30.js").write_text("panel()" * 100)
    (edge.widget / "manifest.json").write_text("{}")
    return edge


async def test_the_loader_is_cached_for_minutes_and_then_asked_about(built: Edge) -> None:
    async with built.client() as client:
        first = await client.get("/widget/loader.js")
        again = await client.get("/widget/loader.js", headers={"If-None-Match": first.headers["etag"]})

    assert first.status_code == 200
    assert first.text == "load()" * 100
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "max-age=300" in first.headers["cache-control"]
    assert again.status_code == 304
    assert again.content == b""


async def test_a_file_with_its_hash_in_its_name_is_cached_for_ever(built: Edge) -> None:
    async with built.client() as client:
        response = await client.get(PANEL)

    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_files_are_compressed_for_those_who_want_it(built: Edge) -> None:
    async with built.client() as client:
        plain = await client.get(PANEL, headers={"Accept-Encoding": "identity"})
        small = await client.get(PANEL, headers={"Accept-Encoding": "br, gzip"})
        refused = await client.get(PANEL, headers={"Accept-Encoding": "gzip;q=0"})

    assert plain.text == small.text == refused.text
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert small.headers["etag"] != plain.headers["etag"]
    assert plain.headers["vary"] == "Accept-Encoding"


async def test_every_page_may_load_them_and_none_sends_credentials(built: Edge) -> None:
    async with built.client() as client:
        response = await client.get(PANEL, headers={"Origin": "https://anybody.example"})

    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "/widget/manifest.json",
        "/widget/demo.html",
        "/widget/other.64aaaadc0b30.js",
        "/widget/..%2fhost-ed.key.pem",
        "/widget/%2e%2e/host-ed.key.pem",
        "/widget/panel.64aaaadc0b30.js%00",
        "/widget/",
    ],
)
async def test_nothing_else_is_served(built: Edge, path: str) -> None:
    async with built.client() as client:
        assert (await client.get(path)).status_code == 404


async def test_before_the_build_it_says_how_to_build(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/widget/loader.js")

    assert response.status_code == 404
    assert "make widget" in response.json()["detail"]
