"""What every rate limiter does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import redis

from libs.common.errors import RateLimited
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.rate_limiter_memory import MemoryRateLimiter
from services.edge_gateway.rate_limiter_redis import RedisRateLimiter
from services.edge_gateway.session import Owner
from tests.fakes.fake_clock import FakeClock
from tests.servers.redis_connection import connected
from tests.servers.redis_server import RedisServer

ANA, BOB, EVE = ("acme", "ana"), ("acme", "bob"), ("globex", "ana")

Make = Callable[[float, int], RateLimiter]


@dataclass
class World:
    """Makes limiters, and moves their time.

    Attributes:
        make: Makes one of so many a minute and a burst.
        advance: Lets seconds pass.
        slack_ms: By how much a wait may be shorter because time passes by itself.
    """

    make: Make
    advance: Callable[[float], None]
    slack_ms: int


class Moved:
    """Passing of time in Redis: every bucket fills by what would have dripped in."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def __call__(self, seconds: float) -> None:
        for key in self._client.scan_iter("causeway:*:limit:*"):
            full_at = int(str(self._client.get(key)))
            self._client.set(key, full_at - round(seconds * 1_000_000), keepttl=True)


@pytest.fixture(params=["memory", "redis"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "memory":
        clock = FakeClock()
        yield World(lambda rate, burst: MemoryRateLimiter(rate, burst, clock), clock.advance, 0)
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    client = await connected(request.getfixturevalue("redis_url"))

    def make(per_minute: float, burst: int) -> RateLimiter:
        return RedisRateLimiter("chat", per_minute, burst, client, Forbidden())

    with server.client() as other:
        yield World(make, Moved(other), 1000)
    await client.close()


class Forbidden:
    """A fallback that must not be needed."""

    async def admit(self, owner: Owner) -> None:
        raise AssertionError("Redis was there")


async def admitted(limiter: RateLimiter, owner: Owner, attempts: int) -> int:
    count = 0
    for _ in range(attempts):
        try:
            await limiter.admit(owner)
            count += 1
        except RateLimited:
            pass
    return count


async def wait_ms(limiter: RateLimiter, owner: Owner) -> int:
    with pytest.raises(RateLimited) as caught:
        await limiter.admit(owner)
    assert caught.value.retry_after_ms
    return caught.value.retry_after_ms


async def test_a_burst_is_admitted_and_then_one_at_a_time(world: World) -> None:
    limiter = world.make(6, 5)

    assert await admitted(limiter, ANA, 20) == 5
    world.advance(8.0)
    assert await admitted(limiter, ANA, 20) == 0
    world.advance(2.0)
    assert await admitted(limiter, ANA, 20) == 1
    world.advance(30.0)
    assert await admitted(limiter, ANA, 20) == 3


async def test_the_wait_is_the_time_to_the_next_request(world: World) -> None:
    limiter = world.make(3, 2)
    assert await admitted(limiter, ANA, 2) == 2
    world.advance(5.0)

    assert 15_000 - world.slack_ms <= await wait_ms(limiter, ANA) <= 15_000


async def test_whoever_waits_as_told_is_admitted(world: World) -> None:
    limiter = world.make(7, 1)
    await limiter.admit(ANA)
    for _ in range(5):
        world.advance(await wait_ms(limiter, ANA) / 1000)
        await limiter.admit(ANA)


async def test_refusals_cost_nothing(world: World) -> None:
    limiter = world.make(6, 1)
    await limiter.admit(ANA)
    for _ in range(50):
        world.advance(0.1)
        assert await admitted(limiter, ANA, 2) == 0
    world.advance(5.1)

    assert await admitted(limiter, ANA, 2) == 1


async def test_an_idle_visitor_never_has_more_than_the_burst(world: World) -> None:
    limiter = world.make(6, 3)
    await limiter.admit(ANA)
    world.advance(3600)

    assert await admitted(limiter, ANA, 20) == 3


async def test_visitors_do_not_share(world: World) -> None:
    limiter = world.make(6, 2)

    assert [await admitted(limiter, owner, 5) for owner in (ANA, BOB, EVE)] == [2, 2, 2]


async def test_of_many_at_once_no_more_than_the_burst_pass(world: World) -> None:
    limiter = world.make(6, 10)
    results = await asyncio.gather(*(limiter.admit(ANA) for _ in range(40)), return_exceptions=True)

    assert results.count(None) == 10
    assert all(result is None or isinstance(result, RateLimited) for result in results)


@pytest.mark.parametrize("subject", ["", "{x}", "a b", "ü" * 256, "\n\x00", "'"])
async def test_odd_names_are_only_names(world: World, subject: str) -> None:
    assert await admitted(world.make(6, 2), ("acme", subject), 4) == 2


async def test_a_very_fast_limit_is_no_limit(world: World) -> None:
    assert await admitted(world.make(1e12, 1), ANA, 1) == 1


async def test_a_refusal_names_its_kind(world: World) -> None:
    limiter = world.make(6, 1)
    await limiter.admit(ANA)
    with pytest.raises(RateLimited) as caught:
        await limiter.admit(ANA)
    assert (caught.value.kind, caught.value.retryable) == ("rate_limited", True)
