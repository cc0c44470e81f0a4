"""Where visitors are counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from libs.common.settings import SettingsError, load_settings
from services.edge_gateway.exchanges_memory import MemoryExchangeCounter
from services.edge_gateway.exchanges_redis import RedisExchangeCounter
from services.edge_gateway.rate_limiter_memory import MemoryRateLimiter
from services.edge_gateway.rate_limiter_redis import RedisRateLimiter
from services.edge_gateway.settings import Settings
from services.edge_gateway.visitor_counts import open_visitor_counts

ROOT = Path(__file__).parents[2]


async def test_without_an_address_each_process_counts_for_itself() -> None:
    counts = open_visitor_counts(load_settings(Settings, {}), SystemClock())
    await counts.start()
    assert isinstance(counts.chat, MemoryRateLimiter)
    assert isinstance(counts.feedback, MemoryRateLimiter)
    assert isinstance(counts.exchanges, MemoryExchangeCounter)
    await counts.close()


async def test_with_an_address_they_count_in_redis(redis_url: str) -> None:
    counts = open_visitor_counts(load_settings(Settings, {"CAUSEWAY_REDIS_URL": redis_url}), SystemClock())
    await counts.start()
    assert isinstance(counts.chat, RedisRateLimiter)
    assert isinstance(counts.feedback, RedisRateLimiter)
    assert isinstance(counts.exchanges, RedisExchangeCounter)
    await counts.chat.admit(("acme", "ana"))
    await counts.close()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="CAUSEWAY_REDIS_URL"):
        open_visitor_counts(load_settings(Settings, {"CAUSEWAY_REDIS_URL": "somewhere"}), SystemClock())


def test_the_client_is_not_loaded_by_who_does_not_use_it() -> None:
    program = "import sys, services.edge_gateway.__main__; sys.exit('redis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
