"""The playground: in development only, and with no more than the visitor's own eyes."""

from __future__ import annotations

from typing import Any

import pytest

from libs.common.errors import InvalidRequest
from services.edge_gateway.searches import Candidate, SearchFilter, Seen, Wanted
from tests.edge_gateway.harness import Edge

WISH = {"query": "speed"}


@pytest.fixture
def developing(edge: Edge) -> Edge:
    edge.development = True
    return edge


async def search(edge: Edge, body: Any, headers: dict[str, str] | None = None) -> Any:
    async with edge.client() as client:
        return await client.post(
            "/v1/search/explain", json=body, headers=edge.bearer() if headers is None else headers
        )


async def test_outside_of_development_there_is_neither_page_nor_search(edge: Edge) -> None:
    async with edge.client() as client:
        page = await client.get("/playground")
    found = await search(edge, WISH)

    assert (page.status_code, found.status_code) == (404, 404)
    assert edge.searches.asked == []


async def test_the_built_page_is_shown_under_the_strict_policy(developing: Edge) -> None:
    developing.widget.mkdir()
    (developing.widget / "playground.html").write_text("<!doctype html><title>Playground</title>")
    async with developing.client() as client:
        response = await client.get("/playground")

    assert "<title>Playground</title>" in response.text
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-inline" not in policy


async def test_before_the_build_the_page_says_how_to_build(developing: Edge) -> None:
    async with developing.client() as client:
        assert "make widget" in (await client.get("/playground")).text


async def test_a_search_acts_with_the_visitors_tenant_and_access(developing: Edge) -> None:
    narrowed = {"uri_prefix": "docs/", "tags_any": ["a"], "tags_all": ["b"], "language": "en"}
    days = {"updated_from": "2026-01-01T00:00:00Z", "updated_before": "2026-02-01T00:00:00Z"}
    body = {"query": "speed", "k": 3, "profile": "p-1", "filter": {**narrowed, **days}}
    hostile = {"tenant": "globex", "access": ["board"], "subject": "bob"}

    response = await search(developing, {**body, **hostile})

    assert response.status_code == 200
    filtered = SearchFilter("docs/", ("a",), ("b",), "en", *days.values())
    assert developing.searches.asked == [
        (developing.session().caller, Wanted("speed", 3, "p-1", filtered)),
    ]


async def test_the_whole_explanation_is_returned(developing: Edge) -> None:
    candidate = Candidate(
        "p1",
        "Speed",
        "speed.md",
        ("Harbour",),
        "Four.",
        1,
        "returned",
        "",
        0.0,
        Seen(0.5, 1),
        None,
        None,
        None,
    )
    found = developing.searches.found
    object.__setattr__(found, "candidates", (candidate,))

    document = (await search(developing, WISH)).json()

    assert document["plan"]["fusion"] == "normalised_sum"
    assert (document["took_ms"], document["content_revision"]) == (1.5, 1)
    (shown,) = document["candidates"]
    assert (shown["dense"], shown["bm25"]) == ({"score": 0.5, "rank": 1}, None)
    assert shown["heading_path"] == ["Harbour"]


async def test_without_a_session_nothing_is_searched(developing: Edge) -> None:
    assert (await search(developing, WISH, {})).status_code == 401
    assert developing.searches.asked == []


async def test_searches_count_like_questions(developing: Edge) -> None:
    developing.chat_limiter.exhausted = True

    assert (await search(developing, WISH)).status_code == 429
    assert developing.searches.asked == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ({"query": ""}, "query"),
        ({"query": "x" * 4097}, "query"),
        ({"query": "x", "k": 51}, "k"),
        ({"query": "x", "k": "5"}, "k"),
        ({"query": "x", "filter": {"tags_any": "a"}}, "filter.tags_any"),
        ({"query": "x", "filter": {"tags_any": ["a"] * 101}}, "filter.tags_any"),
        ({"query": "x", "filter": {"uri_prefix": "a\0"}}, "filter.uri_prefix"),
        ({"query": "x", "filter": []}, "filter"),
    ],
)
async def test_a_wrong_body_names_its_field(developing: Edge, body: Any, field: str) -> None:
    response = await search(developing, body)

    assert response.status_code == 422
    assert response.json()["field"] == field
    assert developing.searches.asked == []


async def test_what_retrieval_refuses_is_said(developing: Edge) -> None:
    developing.searches.error = InvalidRequest("There is no such profile.", field="profile")

    response = await search(developing, {"query": "x", "profile": "nope"})

    assert (response.status_code, response.json()["field"]) == (400, "profile")
