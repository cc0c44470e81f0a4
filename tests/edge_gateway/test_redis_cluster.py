"""A real Redis Cluster of two nodes, each with half of the tenants."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from redis.crc import key_slot
from structlog.testing import capture_logs

from libs.common.errors import RateLimited, Unauthenticated
from services.edge_gateway.exchanges import MAX_EXCHANGES
from services.edge_gateway.exchanges_memory import MemoryExchangeCounter
from services.edge_gateway.exchanges_redis import RedisExchangeCounter
from services.edge_gateway.rate_limiter_memory import MemoryRateLimiter
from services.edge_gateway.rate_limiter_redis import RedisRateLimiter
from services.edge_gateway.redis_client import RedisClient
from tests.fakes.fake_clock import FakeClock
from tests.servers.redis_connection import connected, returned
from tests.servers.redis_server import RedisServer
from tests.servers.server_process import ServerMissing, free_port, until

SLOTS = 16384
HALVES = ((0, SLOTS // 2 - 1), (SLOTS // 2, SLOTS - 1))


@dataclass
class Cluster:
    """Two nodes, and a tenant of each."""

    nodes: tuple[RedisServer, RedisServer]
    tenants: tuple[str, str]

    @property
    def url(self) -> str:
        return self.nodes[0].url.replace("redis://", "redis+cluster://").removesuffix("/0")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    password, buses = "cluster-password", (free_port(), free_port())
    try:
        nodes = tuple(
            RedisServer("--cluster-enabled", "yes", "--cluster-port", str(bus), password=password)
            for bus in buses
        )
    except ServerMissing as missing:
        pytest.skip(str(missing))
    try:
        for node, half in zip(nodes, HALVES, strict=True):
            node.start()
            with node.client() as client:
                client.execute_command("CLUSTER ADDSLOTSRANGE", *half)
        with nodes[0].client() as client:
            client.execute_command("CLUSTER MEET", "127.0.0.1", nodes[1].process.port, buses[1])
        assert until(lambda: all(whole(node) for node in nodes), 30)
        yield Cluster((nodes[0], nodes[1]), (tenant_in(0), tenant_in(1)))
    finally:
        for node in nodes:
            node.remove()


def whole(node: RedisServer) -> bool:
    with node.client() as client:
        said = client.execute_command("CLUSTER INFO")
    return (said["cluster_state"], said["cluster_known_nodes"]) == ("ok", "2")


def tenant_in(half: int) -> str:
    low, high = HALVES[half]
    return next(t for t in (f"tenant-{n}" for n in range(1000)) if low <= key_slot(t.encode()) <= high)


@pytest.fixture
async def client(cluster: Cluster) -> AsyncIterator[RedisClient]:
    for node in cluster.nodes:
        with node.client() as looker:
            looker.flushall()
    client = await connected(cluster.url, patience_seconds=0.25)
    yield client
    await client.close()


def limiter(client: RedisClient) -> RedisRateLimiter:
    return RedisRateLimiter("chat", 6, 3, client, MemoryRateLimiter(6, 3, FakeClock()))


async def admitted(limiter: RedisRateLimiter, tenant: str, subject: str = "ana") -> int:
    count = 0
    for _ in range(5):
        try:
            await limiter.admit((tenant, subject))
            count += 1
        except RateLimited:
            pass
    return count


def keys(node: RedisServer) -> list[str]:
    with node.client() as looker:
        return [key for key in looker.scan_iter() if "probe" not in key]


async def test_each_tenants_counts_lie_on_one_node(cluster: Cluster, client: RedisClient) -> None:
    with capture_logs() as logs:
        for tenant in cluster.tenants:
            assert await admitted(limiter(client), tenant) == 3
            counter = RedisExchangeCounter(client, MemoryExchangeCounter())
            for _ in range(MAX_EXCHANGES):
                await counter.count(tenant, "j-1")
            with pytest.raises(Unauthenticated):
                await counter.count(tenant, "j-1")
    assert logs == []
    for node, tenant in zip(cluster.nodes, cluster.tenants, strict=True):
        assert len(keys(node)) == 2
        assert all(f"{{{tenant}}}" in key for key in keys(node))


@pytest.mark.parametrize("fault", ["freeze", "kill"])
async def test_a_node_that_goes_is_passed_over_and_used_again_when_it_is_back(
    cluster: Cluster, client: RedisClient, fault: str
) -> None:
    one, other = cluster.tenants
    with capture_logs() as logs:
        assert await admitted(limiter(client), one) == 3
        getattr(cluster.nodes[1].process, fault)()
        assert await admitted(limiter(client), other) == 3  # by the process itself
        cluster.nodes[1].process.thaw()
        if not cluster.nodes[1].process.runs:
            cluster.nodes[1].start()
        await returned(client)
        # By the node; it may have counted Ana's requests when it went on, though nobody waited any more.
        assert await admitted(limiter(client), other, "bob") == 3
        assert await admitted(limiter(client), one) == 0
    told = [entry["event"] for entry in logs if entry["log_level"] != "debug"]
    assert told == ["redis_away", "redis_back"]
