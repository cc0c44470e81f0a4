"""The application as a whole."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from services.edge_gateway.app import create_app
from tests.edge_gateway.harness import Edge

ROUTES = {
    ("/v1/sessions", "POST"),
    ("/v1/config", "GET"),
    ("/v1/chat", "POST"),
    ("/v1/chat/{query_id}/events", "GET"),
    ("/v1/chat/{query_id}", "DELETE"),
    ("/v1/conversations", "GET"),
    ("/v1/conversations/{conversation_id}", "GET"),
    ("/v1/conversations/{conversation_id}", "DELETE"),
    ("/v1/passages/{passage_id}", "GET"),
    ("/v1/feedback", "POST"),
    ("/healthz", "GET"),
    ("/metrics", "GET"),
    ("/readyz", "GET"),
    ("/.well-known/jwks.json", "GET"),
    ("/widget/loader.js", "GET"),
    ("/widget/{name}", "GET"),
}
DEMO = {("/", "GET"), ("/demo/token", "POST"), ("/playground", "GET"), ("/v1/search/explain", "POST")}


def routes(edge: Edge) -> set[tuple[str, str]]:
    found = [route for route in create_app(edge.deps).routes if isinstance(route, Route)]
    return {(route.path, method) for route in found for method in route.methods or () if method != "HEAD"}


def test_these_are_all_the_routes(edge: Edge) -> None:
    assert routes(edge) == ROUTES


def test_development_adds_the_demo_page_its_token_and_the_playground(edge: Edge) -> None:
    edge.development = True

    assert routes(edge) == ROUTES | DEMO


@pytest.mark.parametrize(
    "path",
    ["/", "/demo/token", "/playground", "/v1/search/explain", "/v1/config/", "/openapi.json", "/v1", "//"],
)
async def test_what_is_not_there_is_a_typed_404_and_never_a_redirect(edge: Edge, path: str) -> None:
    async with edge.client() as client:
        response = await client.get(path)

    assert response.status_code == 404
    assert response.json()["kind"] == "not_found"


@pytest.mark.parametrize(("path", "method"), sorted(ROUTES))
async def test_a_wrong_method_is_a_typed_405_that_names_the_right_one(
    edge: Edge, path: str, method: str
) -> None:
    async with edge.client() as client:
        served = {known for where, known in ROUTES if where == path}
        ids = {"query_id": "q", "passage_id": "p", "name": "n", "conversation_id": "c"}
        for wrong in {"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"} - served:
            response = await client.request(wrong, path.format(**ids))

            assert response.status_code == 405
            assert response.json()["kind"] == "invalid_request"
            assert method in response.headers["allow"].split(", ")
