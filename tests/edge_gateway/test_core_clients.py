"""The connections to the core."""

from __future__ import annotations

import asyncio
from pathlib import Path

from libs.common.caller import Caller
from services.edge_gateway.core_clients import ROLES, open_core
from services.edge_gateway.settings import Settings
from tests.edge_gateway.core import connected
from tests.edge_gateway.harness import bundle
from tests.fakes.edge_core import FakeCore
from tests.fakes.fake_clock import FakeClock

ANA = Caller("edge_gateway", "acme", "ana")


async def test_manifests_arrive_and_outlive_config(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        following = asyncio.create_task(clients.manifests.run())
        await asyncio.wait_for(clients.manifests.wait_ready(), 5)
        assert clients.manifests.bundle("acme") == bundle()
        following.cancel()
        addresses = core.addresses

    restarted = open_core(Settings(data=tmp_path, **addresses), core.key, FakeClock())  # type: ignore[arg-type]
    assert restarted.manifests.ready
    assert restarted.manifests.bundle("acme") == bundle()
    await restarted.close()


async def test_each_service_accepts_what_the_edge_asserts(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await clients.answers.stop(ANA, "q")
        await clients.passages.get(ANA, "p")

    assert core.generation.callers == core.retrieval.callers == [ANA]
    assert ROLES["config"] == frozenset()


async def test_opening_needs_nobody_to_be_there(tmp_path: Path) -> None:
    core = FakeCore(tmp_path, FakeClock())
    clients = open_core(Settings(data=tmp_path, generation="127.0.0.1:1"), core.key, FakeClock())

    assert not clients.manifests.ready
    await clients.close()
