"""`GET /metrics`."""

from __future__ import annotations

from tests.edge_gateway.harness import Edge


async def test_metrics_are_in_prometheus_format(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/metrics")

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE causeway_open_streams gauge" in response.text
