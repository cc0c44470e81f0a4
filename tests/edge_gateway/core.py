"""Clients of a fake core, as the composition root opens them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from libs.common.clock import SystemClock
from services.edge_gateway.core_clients import CoreClients, open_core
from services.edge_gateway.settings import Settings
from tests.edge_gateway.harness import bundle
from tests.fakes.edge_core import FakeCore


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[FakeCore, CoreClients]]:
    """A running fake core and the edge's clients of it."""
    clock = SystemClock()
    async with FakeCore(folder, clock, bundle()) as core:
        clients = open_core(Settings(data=folder, **core.addresses), core.key, clock)  # type: ignore[arg-type]
        try:
            yield core, clients
        finally:
            await clients.close()
