"""A real Redis that answers, dies, hangs and comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from libs.common.clock import SystemClock
from libs.common.settings import SettingsError
from services.edge_gateway.redis_client import FAILURES, PATIENCE_SECONDS, RedisClient, Script
from tests.servers.redis_connection import returned
from tests.servers.redis_server import RedisServer
from tests.servers.server_process import free_port

COUNT = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


@asynccontextmanager
async def opened(url: str, patience: float = 5.0, there: bool = True) -> AsyncIterator[RedisClient]:
    client = RedisClient(url, SystemClock(), patience)
    await client.start()
    if there:
        await returned(client)
    try:
        yield client
    finally:
        await client.close()


def open_connections(client: RedisClient) -> list[Any]:
    """Connections that somebody has taken from the pool."""
    return list(client._redis.connection_pool._in_use_connections)


def refusals(redis: Any) -> int:
    """How often Redis has refused a write for want of memory."""
    return int(redis.info("errorstats").get("errorstat_OOM", {}).get("count", 0))


async def answered_again(client: RedisClient) -> None:
    """Waits until a script runs."""
    async with asyncio.timeout(15):
        while await client.run(COUNT, "acme", "again", 1) is None:
            await asyncio.sleep(0.05)


async def test_a_script_runs_on_the_key_of_its_tag(redis_url: str, redis_server: RedisServer) -> None:
    async with opened(redis_url) as client:
        assert [await client.run(COUNT, "acme", "n", 2) for _ in range(3)] == [2, 4, 6]
    with redis_server.client() as other:
        assert other.get("causeway:{acme}:n") == "6"


async def test_a_script_is_one_round_trip_once_redis_knows_it(
    redis_url: str, redis_server: RedisServer
) -> None:
    async with opened(redis_url) as client:
        await client.run(COUNT, "acme", "n", 1)
        with redis_server.client() as other:
            before = other.info("stats")["total_commands_processed"]
            for _ in range(10):
                await client.run(COUNT, "acme", "n", 1)
            # Ten scripts, each with one command inside, and the INFO.
            assert other.info("stats")["total_commands_processed"] - before == 21


async def test_a_script_that_redis_has_forgotten_is_sent_again(
    redis_url: str, redis_server: RedisServer
) -> None:
    async with opened(redis_url) as client:
        await client.run(COUNT, "acme", "n", 1)
        with redis_server.client() as other:
            other.script_flush()
        assert await client.run(COUNT, "acme", "n", 1) == 2


async def test_many_at_once_share_a_few_connections(redis_url: str, redis_server: RedisServer) -> None:
    async with opened(redis_url) as client:
        results = await asyncio.gather(*(client.run(COUNT, "acme", "n", 1) for _ in range(100)))
        assert sorted(results, key=str) == sorted(range(1, 101), key=str)
        with redis_server.client() as other:
            assert len(other.client_list()) <= 9  # this looker's own is one of them
        assert open_connections(client) == []


@pytest.mark.parametrize(
    "url", ["hunter2", "http://hunter2@h", "redis://h:hunter2/0", "redis://h/0?foo=hunter2"]
)
def test_an_address_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="CAUSEWAY_REDIS_URL") as caught:
        RedisClient(url, SystemClock())
    assert "hunter2" not in str(caught.value)


async def test_without_a_redis_at_the_start_nobody_waits() -> None:
    with capture_logs() as logs:
        async with opened(f"redis://:hunter2@127.0.0.1:{free_port()}/0", there=False) as client:
            begun = time.monotonic()
            for _ in range(100):
                assert await client.run(COUNT, "acme", "n", 1) is None
            assert time.monotonic() - begun < 1.0
    assert [entry["event"] for entry in logs] == ["redis_away"]
    assert "hunter2" not in str(logs)


async def test_a_wrong_password_counts_as_away(redis_server: RedisServer) -> None:
    with capture_logs() as logs:
        async with opened(redis_server.url.replace(redis_server.password, "hunter2"), there=False) as client:
            assert await client.run(COUNT, "acme", "n", 1) is None
    assert [entry["event"] for entry in logs] == ["redis_away"]
    assert "hunter2" not in str(logs)


async def _fails(client: RedisClient, seconds: list[float]) -> None:
    begun = time.monotonic()
    assert await client.run(COUNT, "acme", "n", 1) is None
    seconds.append(time.monotonic() - begun)


@pytest.mark.parametrize("fault", [lambda p: p.kill(), lambda p: p.freeze()], ids=["killed", "hung"])
async def test_a_redis_that_goes_costs_a_few_requests_a_little_and_the_others_nothing(
    mortal_redis: RedisServer, fault: Callable[[Any], None]
) -> None:
    with capture_logs() as logs:
        async with opened(mortal_redis.url, PATIENCE_SECONDS) as client:
            await client.run(COUNT, "acme", "n", 1)
            fault(mortal_redis.process)
            first, later = list[float](), list[float]()
            for _ in range(FAILURES):
                await _fails(client, first)
            for _ in range(200):
                await _fails(client, later)
            assert sorted(first)[1] < 1.0
            assert sorted(later)[100] < 0.01
            mortal_redis.process.thaw()
            if not mortal_redis.process.runs:
                mortal_redis.start()
            await answered_again(client)
            assert open_connections(client) == []
    told = [entry for entry in logs if entry["log_level"] != "debug"]
    assert [entry["event"] for entry in told] == ["redis_away", "redis_back"]
    assert told[1]["seconds"] > 0


async def test_over_tls_the_connections_are_there_before_the_requests(mortal_redis: RedisServer) -> None:
    mortal_redis.process.stop()
    port, certificate = mortal_redis.add_tls()
    mortal_redis.start()
    url = f"rediss://:{mortal_redis.password}@127.0.0.1:{port}/0"
    with mortal_redis.client() as looker:
        async with opened(f"{url}?ssl_ca_certs={certificate}") as client:
            before = looker.info("stats")["total_connections_received"]
            results = await asyncio.gather(*(client.run(COUNT, "acme", "n", 1) for _ in range(100)))
            assert None not in results
            assert looker.info("stats")["total_connections_received"] == before
    async with opened(url, there=False) as stranger:
        assert await stranger.run(COUNT, "acme", "n", 1) is None


async def test_many_requests_at_once_are_all_let_go_when_redis_hangs(mortal_redis: RedisServer) -> None:
    async with opened(mortal_redis.url, PATIENCE_SECONDS) as client:
        mortal_redis.process.freeze()
        begun = time.monotonic()
        results = await asyncio.gather(*(client.run(COUNT, "acme", "n", 1) for _ in range(300)))
        assert set(results) == {None}
        assert time.monotonic() - begun < 1.0
        mortal_redis.process.thaw()
        await answered_again(client)
        assert open_connections(client) == []


async def test_one_slow_answer_is_no_outage(mortal_redis: RedisServer) -> None:
    with capture_logs() as logs:
        async with opened(mortal_redis.url, 0.5) as client:
            mortal_redis.process.freeze()
            await _fails(client, [])
            mortal_redis.process.thaw()
            assert await client.run(COUNT, "acme", "n", 1) is not None
    assert logs == []


async def test_a_restart_between_two_requests_goes_unnoticed(mortal_redis: RedisServer) -> None:
    with capture_logs() as logs:
        async with opened(mortal_redis.url) as client:
            await client.run(COUNT, "acme", "n", 1)
            mortal_redis.process.stop()
            mortal_redis.start()
            await answered_again(client)
            assert client._return is None
    assert logs == []


async def test_a_redis_that_may_not_be_written_counts_as_away_until_it_may(
    redis_url: str, redis_server: RedisServer
) -> None:
    async with opened(redis_url) as client:
        with redis_server.client() as other:
            other.config_set("maxmemory", "1")
            other.config_set("maxmemory-policy", "noeviction")
            try:
                for _ in range(FAILURES):
                    await _fails(client, [])
                refused = refusals(other)
                async with asyncio.timeout(10):
                    while refusals(other) < refused + 2:
                        await asyncio.sleep(0.05)
                assert client._return is not None
            finally:
                other.config_set("maxmemory", "0")
        await answered_again(client)


async def test_a_caller_that_leaves_leaves_nothing_behind(mortal_redis: RedisServer) -> None:
    async with opened(mortal_redis.url, PATIENCE_SECONDS) as client:
        mortal_redis.process.freeze()
        asked = [asyncio.create_task(client.run(COUNT, "acme", "n", 1)) for _ in range(30)]
        await asyncio.sleep(0.005)
        for task in asked:
            task.cancel()
        await asyncio.wait(asked)
        mortal_redis.process.thaw()
        await answered_again(client)
        assert open_connections(client) == []


async def test_closing_ends_the_probe(mortal_redis: RedisServer) -> None:
    mortal_redis.process.freeze()
    client = RedisClient(mortal_redis.url, SystemClock())
    await client.start()
    await client.close()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "redis probe"] == []
