"""The rate limiter's port: every implementation keeps to it."""

from __future__ import annotations

import pytest

from libs.common.errors import RateLimited
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.rate_limiter_memory import MemoryRateLimiter
from tests.fakes.edge_ports import FakeRateLimiter
from tests.fakes.fake_clock import FakeClock

ANA = ("acme", "ana")


@pytest.fixture(params=["memory", "fake"])
def limiter(request: pytest.FixtureRequest) -> RateLimiter:
    return MemoryRateLimiter(60, 3, FakeClock()) if request.param == "memory" else FakeRateLimiter()


async def test_a_visitor_within_the_limit_is_admitted(limiter: RateLimiter) -> None:
    for _ in range(3):
        await limiter.admit(ANA)


async def test_a_visitor_beyond_the_limit_is_told_when_to_come_back(limiter: RateLimiter) -> None:
    for _ in range(3):
        await limiter.admit(ANA)
    if isinstance(limiter, FakeRateLimiter):
        limiter.exhausted = True
    with pytest.raises(RateLimited) as caught:
        await limiter.admit(ANA)
    assert caught.value.retry_after_ms
    assert caught.value.kind == "rate_limited"
