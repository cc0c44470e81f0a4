"""Conversations are kept as long as their tenant wants, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from libs.common.conversation_rules import ConversationRules
from libs.common.errors import DependencyUnavailable, NotFound
from services.generation.conversations.housekeeping import Housekeeping
from tests.fakes.fake_clock import FakeClock

DAY = 86_400.0


class FakeExpiry:
    """Notes what is to be deleted."""

    def __init__(self) -> None:
        self.expired: dict[str, float] = {}
        self.cleared: list[float] = []
        self.broken = False

    def tenants(self) -> list[str]:
        if self.broken:
            raise DependencyUnavailable("away")
        return ["acme", "rival", "gone"]

    def expire(self, tenant: str, before: float) -> int:
        self.expired[tenant] = before
        return 2

    def clear_graves(self, before: float) -> None:
        self.cleared.append(before)


def rules_of(tenant: str) -> ConversationRules:
    if tenant == "gone":
        raise NotFound("There is no such tenant.")
    return ConversationRules(retention_days=7 if tenant == "acme" else 90)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def test_each_tenant_has_its_own_days_and_one_that_left_the_usual_ones(
    threads: ThreadPoolExecutor,
) -> None:
    clock, expiry = FakeClock(now=100 * DAY), FakeExpiry()
    assert await Housekeeping(expiry, rules_of, threads, clock).sweep() == 6
    assert expiry.expired == {"acme": 93 * DAY, "rival": 10 * DAY, "gone": 70 * DAY}
    assert expiry.cleared == [99 * DAY]


async def test_it_sweeps_by_itself_and_survives_a_database_that_is_away(threads: ThreadPoolExecutor) -> None:
    expiry = FakeExpiry()
    task = asyncio.create_task(Housekeeping(expiry, rules_of, threads, FakeClock()).run(0.0))
    await until(lambda: bool(expiry.cleared))
    task.cancel()
    expiry.broken = True
    task = asyncio.create_task(Housekeeping(expiry, rules_of, threads, FakeClock()).run(0.0))
    await asyncio.sleep(0.05)
    assert not task.done()
    task.cancel()
