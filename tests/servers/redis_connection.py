"""The edge's client of Redis, connected, however busy the machine is."""

from __future__ import annotations

import asyncio

from libs.common.clock import SystemClock
from services.edge_gateway.redis_client import RedisClient


async def connected(url: str, patience_seconds: float = 5.0) -> RedisClient:
    """A client that Redis has answered; patient, unless the claim is about impatience."""
    client = RedisClient(url, SystemClock(), patience_seconds)
    await client.start()
    await returned(client)
    return client


async def returned(client: RedisClient) -> None:
    """Waits until Redis does not count as away."""
    async with asyncio.timeout(20):
        while client._return is not None:
            await asyncio.sleep(0.05)
