"""`GET /metrics`."""

from __future__ import annotations

from libs.common.metrics import QUEUE_DEPTH
from tests.edge_gateway.harness import Edge


async def test_metrics_are_in_prometheus_format(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/metrics")

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE causeway_open_streams gauge" in response.text


async def test_asking_all_the_time_writes_them_once_a_second(edge: Edge) -> None:
    def counted(text: str) -> str:
        return next(
            line for line in text.splitlines() if line.startswith('causeway_queue_depth{queue="probe"')
        )

    async with edge.client() as client:
        texts = []
        for depth in (1, 2, 3):
            QUEUE_DEPTH.labels("probe").set(depth)
            texts.append(counted((await client.get("/metrics")).text))
            edge.clock.advance(0.5)

    assert [text.rpartition(" ")[2] for text in texts] == ["1.0", "1.0", "3.0"]
