"""`GET /healthz` and `GET /readyz`."""

from __future__ import annotations

from tests.edge_gateway.harness import Edge


async def test_a_living_process_says_so_whatever_else_is_down(edge: Edge) -> None:
    edge.manifests.ready = False
    for probe in edge.probes.values():
        probe.up = False
    async with edge.client() as client:
        response = await client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_readiness_is_told_part_by_part(edge: Edge) -> None:
    edge.probes["insights"].up = False
    async with edge.client() as client:
        response = await client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "degraded",
        "parts": {
            "config": "ready",
            "generation": "ready",
            "retrieval": "ready",
            "insights": "unavailable",
        },
    }


async def test_an_edge_that_cannot_serve_or_is_about_to_stop_is_not_ready(edge: Edge) -> None:
    edge.probes["generation"].up = False
    async with edge.client() as client:
        assert (await client.get("/readyz")).status_code == 503
        edge.probes["generation"].up = True
        edge.clock.advance(1)
        assert (await client.get("/readyz")).status_code == 200
        edge.readiness.drain()
        response = await client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "draining"
