"""What every counter of exchanges does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from libs.common.errors import Unauthenticated
from services.edge_gateway.exchanges import MAX_EXCHANGES, ExchangeCounter
from services.edge_gateway.exchanges_memory import MemoryExchangeCounter
from services.edge_gateway.exchanges_redis import RedisExchangeCounter
from tests.servers.redis_connection import connected


@pytest.fixture(params=["memory", "redis"])
async def counter(request: pytest.FixtureRequest) -> AsyncIterator[ExchangeCounter]:
    if request.param == "memory":
        yield MemoryExchangeCounter()
        return
    client = await connected(request.getfixturevalue("redis_url"))
    yield RedisExchangeCounter(client, MemoryExchangeCounter())
    await client.close()


async def test_a_token_is_good_for_twenty_sessions(counter: ExchangeCounter) -> None:
    for _ in range(MAX_EXCHANGES):
        await counter.count("acme", "j-1")
    for _ in range(3):
        with pytest.raises(Unauthenticated, match="too often"):
            await counter.count("acme", "j-1")


async def test_every_token_of_every_tenant_has_its_own_count(counter: ExchangeCounter) -> None:
    for _ in range(MAX_EXCHANGES):
        await counter.count("acme", "j-1")
    await counter.count("acme", "j-2")
    await counter.count("globex", "j-1")


async def test_of_many_at_once_no_more_pass(counter: ExchangeCounter) -> None:
    tried = (counter.count("acme", "j-1") for _ in range(60))
    results = await asyncio.gather(*tried, return_exceptions=True)
    assert results.count(None) == MAX_EXCHANGES
    assert all(result is None or isinstance(result, Unauthenticated) for result in results)


@pytest.mark.parametrize("jti", ["", "{x}", "a b", "ü" * 256, "\n", "'"])
async def test_odd_names_are_only_names(counter: ExchangeCounter, jti: str) -> None:
    for _ in range(MAX_EXCHANGES):
        await counter.count("acme", jti)
    with pytest.raises(Unauthenticated):
        await counter.count("acme", jti)
