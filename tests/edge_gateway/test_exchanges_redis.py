"""Exchanges of host tokens in a real Redis; what every counter does is in tests/contract."""

from __future__ import annotations

import asyncio

import pytest

from libs.common.errors import Unauthenticated
from libs.common.metrics import FAIL_OPEN
from services.edge_gateway.exchanges import MAX_EXCHANGES, TOKEN_SECONDS
from services.edge_gateway.exchanges_memory import MemoryExchangeCounter
from services.edge_gateway.exchanges_redis import PART, RedisExchangeCounter
from services.edge_gateway.redis_client import PATIENCE_SECONDS, RedisClient
from tests.servers.redis_connection import connected
from tests.servers.redis_server import RedisServer


async def opened(url: str, patience: float = 5.0) -> tuple[RedisClient, RedisExchangeCounter]:
    client = await connected(url, patience)
    return client, RedisExchangeCounter(client, MemoryExchangeCounter())


def passed_over() -> float:
    return float(FAIL_OPEN.labels(PART)._value.get())


async def test_all_edges_count_together(redis_url: str) -> None:
    (one, here), (two, there) = await opened(redis_url), await opened(redis_url)
    for _ in range(MAX_EXCHANGES // 2):
        await here.count("acme", "j-1")
        await there.count("acme", "j-1")
    for counter in (here, there):
        with pytest.raises(Unauthenticated):
            await counter.count("acme", "j-1")
    await asyncio.gather(one.close(), two.close())


async def test_a_count_is_kept_as_long_as_the_token_is_good(
    redis_url: str, redis_server: RedisServer
) -> None:
    client, counter = await opened(redis_url)
    await counter.count("acme", "secret-name")
    with redis_server.client() as looker:
        key = next(key for key in looker.scan_iter() if "exchanges" in key)
        assert key.startswith("causeway:{acme}:exchanges:")
        assert "secret-name" not in key
        assert (TOKEN_SECONDS - 5) * 1000 < looker.pttl(key) <= TOKEN_SECONDS * 1000
        looker.pexpire(key, 500_000)
        await counter.count("acme", "secret-name")
        assert looker.pttl(key) <= 500_000  # later exchanges do not prolong it
    await client.close()


@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_while_redis_is_away_the_edge_goes_on_counting_from_what_it_knows(
    mortal_redis: RedisServer, fault: str
) -> None:
    client, counter = await opened(mortal_redis.url, PATIENCE_SECONDS)
    for _ in range(MAX_EXCHANGES - 5):
        await counter.count("acme", "j-1")
    getattr(mortal_redis.process, fault)()
    before = passed_over()
    for _ in range(5):
        await counter.count("acme", "j-1")
    with pytest.raises(Unauthenticated, match="too often"):
        await counter.count("acme", "j-1")
    assert passed_over() - before == 5
    await client.close()


async def test_a_redis_that_has_lost_everything_forgives_only_what_other_edges_counted(
    redis_url: str, redis_server: RedisServer
) -> None:
    client, counter = await opened(redis_url)
    for _ in range(MAX_EXCHANGES):
        await counter.count("acme", "j-1")
    with redis_server.client() as other:
        other.flushall()
    with pytest.raises(Unauthenticated):
        await counter.count("acme", "j-1")
    await client.close()
