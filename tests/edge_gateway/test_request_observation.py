"""What is measured of a request, and what of it becomes a label."""

from __future__ import annotations

import pytest

from libs.common.metrics import REGISTRY
from services.edge_gateway.request_observation import UNMATCHED, route_of
from tests.edge_gateway.harness import Edge


def served(route: str, status: int) -> float:
    labels = {"route": route, "status": str(status)}
    return REGISTRY.get_sample_value("causeway_http_request_duration_seconds_count", labels) or 0.0


async def test_a_request_is_counted_by_its_route_and_status(edge: Edge) -> None:
    before = served("/v1/config", 200), served("/v1/config", 401)

    async with edge.client() as client:
        await client.get("/v1/config", headers=edge.bearer())
        await client.get("/v1/config")

    assert (served("/v1/config", 200) - before[0], served("/v1/config", 401) - before[1]) == (1, 1)


async def test_ids_and_invented_paths_never_become_labels(edge: Edge) -> None:
    async with edge.client() as client:
        await client.get("/v1/passages/secret-id", headers=edge.bearer())
        await client.get("/invented/path")
        exposed = (await client.get("/metrics")).text

    assert "secret-id" not in exposed
    assert "invented" not in exposed
    assert served(UNMATCHED, 404) >= 1
    assert served("/v1/passages/{passage_id}", 404) >= 1


@pytest.mark.parametrize(
    ("path", "params", "route"),
    [
        ("/v1/chat/q_1/events", {"query_id": "q_1"}, "/v1/chat/{query_id}/events"),
        ("/v1/chat", {}, "/v1/chat"),
    ],
)
def test_a_route_is_named_by_its_pattern(path: str, params: dict[str, str], route: str) -> None:
    assert route_of({"endpoint": object(), "path": path, "path_params": params}) == route
