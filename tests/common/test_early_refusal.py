"""Calls that there is no room for end before anything of them is read."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
import pytest

from libs.common.caller import Caller
from libs.common.caller_metadata import to_metadata
from libs.common.errors import Overloaded
from libs.common.metrics import REGISTRY
from libs.common.rpc_client import open_channel
from libs.common.rpc_errors import LATER_MS, decode
from libs.common.rpc_policy import MethodPolicy
from libs.common.rpc_server import MOST_PENDING_CALLS, STRANGER_STREAMS, RpcServer
from tests.common.keyring import Keyring, bearer
from tests.common.probe import NAME, Behaviour, Probe, failure, spec

POLICY: Mapping[str, MethodPolicy] = {
    name: MethodPolicy("search") for name in ("One", "Many", "Collect", "Echo")
}


@dataclass
class FullDesk:
    """Has no room for some tenants, and remembers who was asked about."""

    full: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def overflow(self, tenant: str) -> int | None:
        self.asked.append(tenant)
        return 123 if tenant in self.full else None


@dataclass
class Flooded:
    """A running probe behind a desk."""

    probe: Probe
    desk: FullDesk
    served: list[bytes]


@pytest.fixture
def callers(keyring: Keyring) -> Keyring:
    keyring.add("team", ("search",), tenant="acme")
    keyring.add("generation", ("search", "act_for"))
    keyring.add("idle", ())
    return keyring


@asynccontextmanager
async def flooded(callers: Keyring) -> AsyncIterator[Flooded]:
    served: list[bytes] = []

    async def one(request: bytes, context: Any) -> bytes:
        served.append(request)
        return request

    desk = FullDesk()
    described = replace(spec(Behaviour(one=one), POLICY), desks={"One": desk})
    server = RpcServer(described, callers.verifier("probe"))
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield Flooded(Probe(port, channel), desk, served)
    await server.stop(0)


def team(callers: Keyring) -> Any:
    return bearer(callers.token("team", "probe", ("search",), tenant="acme"))


def visitor_of(callers: Keyring, tenant: str) -> Any:
    token = bearer(callers.token("generation", "probe", ("search", "act_for")))
    return (*token, *to_metadata(Caller("generation", tenant, "visitor")))


async def test_a_refused_call_is_told_when_to_come_back_and_never_served(callers: Keyring) -> None:
    async with flooded(callers) as flood:
        metadata = team(callers)
        assert await flood.probe.one(b"first", metadata=metadata) == b"first"
        flood.desk.full.add("acme")
        before = _counted()
        refused = await failure(flood.probe.one(b"second", metadata=metadata))
    error = decode(refused, "probe")
    assert refused.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (error.kind, error.retry_after_ms) == ("overloaded", 130)
    assert dict(refused.trailing_metadata() or ())["x-causeway-pressure"] == "4"
    assert flood.served == [b"first"]
    assert _counted() == before + 1


def _counted() -> float:
    labels = {"channel": Overloaded().channel, "kind": "overloaded"}
    return REGISTRY.get_sample_value("causeway_errors_total", labels) or 0.0


async def test_nobody_learns_of_it_before_the_token_was_looked_at(callers: Keyring) -> None:
    async with flooded(callers) as flood:
        flood.desk.full |= {"acme"}
        unknown = await failure(flood.probe.one(b"", metadata=bearer("e30.e30.e30")))
        without = await failure(flood.probe.one(b""))
        idle = bearer(callers.token("idle", "probe"))
        for _ in range(2):
            forbidden = await failure(flood.probe.one(b"", metadata=idle))
            assert forbidden.code() is grpc.StatusCode.PERMISSION_DENIED
        twice = team(callers)
        await failure(flood.probe.one(b"", metadata=(*twice, *twice)))
    assert {unknown.code(), without.code()} == {grpc.StatusCode.UNAUTHENTICATED}
    assert flood.desk.asked == []


async def test_each_tenant_is_judged_for_itself_whoever_acts_for_it(callers: Keyring) -> None:
    async with flooded(callers) as flood:
        loud, quiet = (visitor_of(callers, tenant) for tenant in ("a/loud one", "quiet"))
        await flood.probe.one(b"seen", metadata=quiet)
        flood.desk.full.add("a/loud one")
        refused = await failure(flood.probe.one(b"", metadata=loud))
        assert refused.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await flood.probe.one(b"again", metadata=quiet) == b"again"


async def test_a_tenant_that_cannot_be_read_is_left_to_the_close_look(callers: Keyring) -> None:
    async with flooded(callers) as flood:
        metadata = visitor_of(callers, "quiet")
        await flood.probe.one(b"seen", metadata=metadata)
        broken = [(key, "%ff" if key.endswith("tenant") else value) for key, value in metadata]
        refused = await failure(flood.probe.one(b"", metadata=broken))
        assert refused.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_methods_without_a_desk_are_not_asked_about(callers: Keyring) -> None:
    async with flooded(callers) as flood:
        metadata = team(callers)
        await flood.probe.one(b"seen", metadata=metadata)
        flood.desk.full.add("acme")
        assert [piece async for piece in flood.probe.many(b"many", metadata=metadata)] == [b"many"]


async def test_what_grpc_itself_has_no_room_for_ends_at_once_and_means_overloaded(callers: Keyring) -> None:
    """The loop stands still, so that the service sees none of the calls: gRPC alone deals with them."""
    async with flooded(callers) as flood:
        metadata = team(callers)
        codes: Counter[grpc.StatusCode] = Counter()
        refused, done = threading.Event(), threading.Event()
        sent = MOST_PENDING_CALLS + 15

        def ended(call: Any) -> None:
            codes[call.code()] += 1
            if codes.total() >= sent - MOST_PENDING_CALLS - 1:
                refused.set()
            if codes.total() == sent:
                done.set()

        with ExitStack() as opened:
            address = f"127.0.0.1:{flood.probe.port}"
            own = (("grpc.use_local_subchannel_pool", 1),)
            channels = [opened.enter_context(grpc.insecure_channel(address, own)) for _ in range(2)]
            for number in range(sent):
                one: Any = channels[number % 2].unary_unary(f"/{NAME}/One")
                one.future(b"", metadata=metadata, timeout=30).add_done_callback(ended)
            assert refused.wait(20)  # on purpose in the loop's own thread
            assert set(codes) == {grpc.StatusCode.CANCELLED}
            assert await asyncio.to_thread(done.wait, 20)
        assert codes[grpc.StatusCode.OK] == len(flood.served) > 0

    seen_here = grpc.aio.AioRpcError(grpc.StatusCode.CANCELLED, grpc.aio.Metadata(), grpc.aio.Metadata())
    error = decode(seen_here, "retrieval")
    assert (error.kind, error.retry_after_ms) == ("overloaded", LATER_MS)


async def test_what_one_connection_asks_at_once_is_never_ended_so(callers: Keyring) -> None:
    async with flooded(callers) as flood:
        metadata = team(callers)
        calls = [flood.probe.one(b"%d" % n, metadata=metadata, timeout=60) for n in range(STRANGER_STREAMS)]
        assert [await call for call in calls] == [b"%d" % n for n in range(STRANGER_STREAMS)]
