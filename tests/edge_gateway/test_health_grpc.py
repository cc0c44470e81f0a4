"""Asking services how they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edge_gateway.core import connected


@pytest.mark.parametrize("name", ["generation", "retrieval", "insights"])
async def test_a_service_is_serving_not_ready_or_away(tmp_path: Path, name: str) -> None:
    async with connected(tmp_path) as (core, clients):
        probe = clients.probes[name]
        assert await probe.serving()

        await core.servers[name].set_ready(False)
        assert not await probe.serving()

        await core.servers[name].stop(0)
        assert not await probe.serving()
