"""Rate limits in a real Redis; what every limiter does is in tests/contract."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from libs.common.errors import RateLimited
from libs.common.metrics import FAIL_OPEN
from services.edge_gateway.rate_limiter_memory import MemoryRateLimiter
from services.edge_gateway.rate_limiter_redis import PART, RedisRateLimiter
from services.edge_gateway.redis_client import FAILURES, PATIENCE_SECONDS, RedisClient
from tests.fakes.fake_clock import FakeClock
from tests.servers.redis_connection import connected
from tests.servers.redis_server import RedisServer

ANA = ("acme", "ana@acme.example")


def limiter(
    client: RedisClient, name: str = "chat", per_minute: float = 6, burst: int = 3
) -> RedisRateLimiter:
    fallback = MemoryRateLimiter(per_minute, burst, FakeClock())
    return RedisRateLimiter(name, per_minute, burst, client, fallback)


def passed_over() -> float:
    return float(FAIL_OPEN.labels(PART)._value.get())


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[RedisClient]:
    client = await connected(redis_url)
    yield client
    await client.close()


@pytest.fixture
async def other(redis_url: str, client: RedisClient) -> AsyncIterator[RedisClient]:
    """Another edge."""
    client = await connected(redis_url)
    yield client
    await client.close()


async def refused(limiter: RedisRateLimiter) -> bool:
    try:
        await limiter.admit(ANA)
    except RateLimited:
        return True
    return False


async def test_all_edges_count_together(client: RedisClient, other: RedisClient) -> None:
    here, there = limiter(client), limiter(other)
    assert [await refused(one) for one in (here, there, here, there, here)] == [False] * 3 + [True] * 2


async def test_what_is_limited_has_a_name(client: RedisClient) -> None:
    chat, feedback = limiter(client, "chat", burst=1), limiter(client, "feedback", burst=1)
    assert [await refused(one) for one in (chat, feedback, chat, feedback)] == [False, False, True, True]


async def test_keys_name_nobody_are_tagged_by_tenant_and_vanish(
    client: RedisClient, redis_server: RedisServer
) -> None:
    await limiter(client).admit(ANA)
    with redis_server.client() as looker:
        keys = [key for key in looker.scan_iter() if "limit" in key]
        assert len(keys) == 1
        assert keys[0].startswith("causeway:{acme}:limit:chat:")
        assert "ana" not in keys[0]
        assert 9_000 < looker.pttl(keys[0]) <= 10_000  # one request of six a minute


async def test_a_smaller_burst_counts_at_once(client: RedisClient) -> None:
    large, small = limiter(client, burst=50), limiter(client, burst=2)
    for _ in range(50):
        await large.admit(ANA)
    with pytest.raises(RateLimited) as caught:
        await small.admit(ANA)
    assert caught.value.retry_after_ms is not None
    assert caught.value.retry_after_ms <= 10_000  # not the nine minutes that the large one would ask for


async def test_a_clock_that_goes_back_locks_nobody_out(
    client: RedisClient, redis_server: RedisServer
) -> None:
    await limiter(client).admit(ANA)
    with redis_server.client() as looker:
        key = next(key for key in looker.scan_iter() if "limit" in key)
        looker.set(key, int((time.time() + 86_400) * 1_000_000))
    with pytest.raises(RateLimited) as caught:
        await limiter(client).admit(ANA)
    assert caught.value.retry_after_ms is not None
    assert caught.value.retry_after_ms <= 10_000


@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_while_redis_is_away_each_edge_limits_by_itself_and_says_so(
    mortal_redis: RedisServer, fault: str
) -> None:
    client = await connected(mortal_redis.url, PATIENCE_SECONDS)
    assert not await refused(limiter(client))
    limited = limiter(client)
    getattr(mortal_redis.process, fault)()
    before, begun = passed_over(), time.monotonic()

    assert [await refused(limited) for _ in range(10)] == [False] * 3 + [True] * 7

    assert passed_over() - before == 10
    assert time.monotonic() - begun < FAILURES * 0.02 + 0.2
    await client.close()
