"""Counting exchanges of host tokens in memory; what every counter does is in tests/contract."""

from __future__ import annotations

from services.edge_gateway.exchanges import MAX_EXCHANGES
from services.edge_gateway.exchanges_memory import MemoryExchangeCounter


async def test_the_memory_is_bounded_and_what_was_used_longest_ago_is_forgotten() -> None:
    counter = MemoryExchangeCounter(remembered=2)
    for _ in range(MAX_EXCHANGES):
        await counter.count("acme", "old")
    await counter.count("acme", "new")
    await counter.count("acme", "newer")

    await counter.count("acme", "old")
