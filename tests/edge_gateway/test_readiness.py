"""Readiness, part by part."""

from __future__ import annotations

import asyncio

import pytest

from services.edge_gateway.readiness import Readiness
from tests.edge_gateway.harness import Edge


async def test_with_everything_up_the_edge_is_ready(edge: Edge) -> None:
    report = await edge.readiness.report()

    assert report.ready
    assert report.state == "ready"
    assert report.parts == dict.fromkeys(("config", "generation", "retrieval", "insights"), "ready")


@pytest.mark.parametrize("part", ["retrieval", "insights"])
async def test_without_an_optional_part_it_is_degraded_and_takes_requests(edge: Edge, part: str) -> None:
    edge.probes[part].up = False

    report = await edge.readiness.report()

    assert report.ready
    assert report.state == "degraded"
    assert report.parts[part] == "unavailable"


async def test_without_generation_it_is_not_ready(edge: Edge) -> None:
    edge.probes["generation"].up = False

    report = await edge.readiness.report()

    assert not report.ready
    assert report.state == "not_ready"


async def test_without_any_manifest_it_is_not_ready(edge: Edge) -> None:
    edge.manifests.ready = False

    report = await edge.readiness.report()

    assert not report.ready
    assert report.parts["config"] == "missing"


async def test_with_the_last_good_manifest_alone_it_takes_requests(edge: Edge) -> None:
    edge.manifests.stale_seconds = 3600

    report = await edge.readiness.report()

    assert report.ready
    assert report.parts["config"] == "stale"
    assert report.state == "degraded"


async def test_the_services_are_asked_once_a_second_at_most(edge: Edge) -> None:
    await asyncio.gather(*(edge.readiness.report() for _ in range(20)))
    assert edge.probes["generation"].asked == 1

    edge.probes["generation"].up = False
    assert (await edge.readiness.report()).ready
    edge.clock.advance(1)
    assert not (await edge.readiness.report()).ready


async def test_an_edge_that_is_about_to_stop_says_so(edge: Edge) -> None:
    readiness = Readiness(edge.manifests, edge.probes, edge.clock)
    readiness.drain()

    report = await readiness.report()

    assert not report.ready
    assert report.state == "draining"
