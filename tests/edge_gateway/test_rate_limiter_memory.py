"""Token buckets in memory."""

from __future__ import annotations

import pytest

from libs.common.errors import RateLimited
from services.edge_gateway.rate_limiter_memory import MemoryRateLimiter
from services.edge_gateway.session import Owner
from tests.fakes.fake_clock import FakeClock

ANA, BOB, EVE = ("acme", "ana"), ("acme", "bob"), ("globex", "ana")


async def admitted(limiter: MemoryRateLimiter, owner: Owner, attempts: int) -> int:
    count = 0
    for _ in range(attempts):
        try:
            await limiter.admit(owner)
            count += 1
        except RateLimited:
            pass
    return count


async def test_a_burst_is_admitted_and_then_one_at_a_time() -> None:
    clock = FakeClock()
    limiter = MemoryRateLimiter(per_minute=30, burst=5, clock=clock)

    assert await admitted(limiter, ANA, 20) == 5
    clock.advance(1.9)
    assert await admitted(limiter, ANA, 20) == 0
    clock.advance(0.1)
    assert await admitted(limiter, ANA, 20) == 1


async def test_the_wait_is_the_time_to_the_next_token() -> None:
    clock = FakeClock()
    limiter = MemoryRateLimiter(per_minute=30, burst=1, clock=clock)
    await limiter.admit(ANA)
    clock.advance(0.5)

    with pytest.raises(RateLimited) as caught:
        await limiter.admit(ANA)

    assert caught.value.retry_after_ms == 1500


async def test_refusals_cost_nothing() -> None:
    clock = FakeClock()
    limiter = MemoryRateLimiter(per_minute=60, burst=1, clock=clock)
    await limiter.admit(ANA)
    for _ in range(100):
        clock.advance(0.005)
        assert await admitted(limiter, ANA, 1) == 0
    clock.advance(0.51)

    assert await admitted(limiter, ANA, 1) == 1


async def test_an_idle_visitor_never_has_more_than_the_burst() -> None:
    clock = FakeClock()
    limiter = MemoryRateLimiter(per_minute=60, burst=3, clock=clock)
    await limiter.admit(ANA)
    clock.advance(3600)

    assert await admitted(limiter, ANA, 20) == 3


async def test_visitors_do_not_share() -> None:
    limiter = MemoryRateLimiter(per_minute=60, burst=2, clock=FakeClock())

    assert [await admitted(limiter, owner, 5) for owner in (ANA, BOB, EVE)] == [2, 2, 2]


async def test_the_memory_is_bounded() -> None:
    limiter = MemoryRateLimiter(per_minute=60, burst=1, clock=FakeClock(), remembered=2)
    for owner in (ANA, BOB, EVE):
        await limiter.admit(owner)

    assert await admitted(limiter, EVE, 1) == 0
    assert await admitted(limiter, ANA, 1) == 1
