"""Both clients keep calls back that retrieval would refuse: for one tenant, as long as it is flooded."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import grpc
import pytest

from causeway_client import AsyncCausewayClient, CausewayClient, CausewayError, Options, Overloaded
from causeway_client.call_throttle import LATER_SECONDS, CallThrottle
from causeway_client.errors import ERRORS
from libs.common import errors
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.rpc_errors import encode
from tests.clients.team import target, token
from tests.fakes.fake_clock import FakeClock
from tests.fakes.scripted_retrieval import answering, failing, scripted
from tests.retrieval.running_server import Running


class Searching(Protocol):
    """What is the same in both clients."""

    async def search(self, query: str) -> object: ...


@dataclass
class InThreads:
    """The sync client with the face of the async one."""

    client: CausewayClient
    threads: ThreadPoolExecutor

    async def search(self, query: str) -> object:
        return await asyncio.get_running_loop().run_in_executor(self.threads, self.client.search, query)


@asynccontextmanager
async def async_client(where: str, token: Any, options: Options, throttle: CallThrottle | None = None) -> Any:
    async with AsyncCausewayClient(where, token, options) as client:
        client._throttle = throttle or client._throttle
        yield client


@asynccontextmanager
async def sync_client(where: str, token: Any, options: Options, throttle: CallThrottle | None = None) -> Any:
    with CausewayClient(where, token, options) as client, ThreadPoolExecutor(150) as threads:
        client._throttle = throttle or client._throttle
        yield InThreads(client, threads)


both = pytest.mark.parametrize("connect", [async_client, sync_client])
Connect = Callable[..., Any]


def token_of(tenant: str) -> str:
    """A token that names a tenant; the scripted retrieval does not verify it."""
    claims = json.dumps({"tenant_id": tenant}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.c2ln"


def seeded(clock: FakeClock) -> CallThrottle:
    return CallThrottle(clock=clock.monotonic, chance=random.Random(7).random)


@dataclass
class SmallService:
    """Takes so many searches a second of each tenant, and refuses the others with a word on when to come back."""

    clock: FakeClock
    per_second: float
    free_at: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    async def search(self, _: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        who = dict(context.invocation_metadata())["authorization"]
        now = self.clock.monotonic()
        self.asked[who.removeprefix("Bearer ")] += 1
        if self.free_at[who] > now + 0.1:
            await context.abort(*encode(errors.Overloaded("busy", retry_after_ms=100)))
        self.free_at[who] = max(self.free_at[who], now) + 1 / self.per_second  # type: ignore[assignment]
        return pb.SearchResponse()


async def is_answered(client: Searching) -> bool:
    try:
        await client.search("radio")
    except Overloaded:
        return False
    return True


@both
async def test_a_flooded_service_is_asked_little_more_than_it_takes_and_soon_everything_again(
    connect: Connect,
) -> None:
    clock = FakeClock()
    service = SmallService(clock, 100.0)
    async with (
        scripted(service.search) as retrieval,
        connect(retrieval.target, token_of("acme"), Options(), seeded(clock)) as client,
    ):
        flood = []
        for _ in range(3000):
            clock.advance(0.001)
            flood.append(await is_answered(client))
        asked = service.asked.total()
        clock.advance(1.0)
        calm = []
        for _ in range(60):
            clock.advance(0.033)
            calm.append(await is_answered(client))

    assert sum(flood) >= 0.9 * 300
    assert asked <= 1.6 * 300
    assert all(calm)


@both
async def test_a_flood_of_one_tenant_keeps_no_call_of_another_back(connect: Connect) -> None:
    clock = FakeClock()
    service = SmallService(clock, 20.0)
    turn = "acme"
    async with (
        scripted(service.search) as retrieval,
        connect(retrieval.target, lambda: token_of(turn), Options(), seeded(clock)) as client,
    ):
        quiet = []
        for number in range(600):
            clock.advance(0.002)
            turn = "globex" if number % 60 == 0 else "acme"
            answered = await is_answered(client)
            quiet += [answered] if turn == "globex" else []

    assert quiet == [True] * 10
    assert service.asked[token_of("acme")] < 100


@both
async def test_it_can_be_turned_off(connect: Connect) -> None:
    async with (
        scripted(failing(errors.Overloaded("busy", retry_after_ms=9000))) as retrieval,
        connect(retrieval.target, "t", Options(throttle=False)) as client,
    ):
        assert [await is_answered(client) for _ in range(20)] == [False] * 20

    assert len(retrieval.calls) == 20


@both
async def test_a_bare_cancelled_is_a_refusal_too(connect: Connect) -> None:
    async def end(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        await context.abort(grpc.StatusCode.CANCELLED, "")
        raise AssertionError

    clock = FakeClock()
    async with (
        scripted(end) as retrieval,
        connect(retrieval.target, "t", Options(), seeded(clock)) as client,
    ):
        for _ in range(5):
            with pytest.raises(Overloaded) as refused:
                await client.search("radio")
        assert refused.value.info == {"refused_by": "client"}
        assert refused.value.retry_after == LATER_SECONDS
        assert len(retrieval.calls) == 2  # gRPC makes such a call once more by itself
        clock.advance(LATER_SECONDS)
        assert not await is_answered(client)
        assert len(retrieval.calls) == 4


@both
async def test_errors_of_other_kinds_keep_nothing_back(connect: Connect) -> None:
    for kind in ("rate_limited", "dependency_unavailable", "invalid_request"):
        async with (
            scripted(failing(errors.ERRORS[kind]("no", retry_after_ms=9000))) as retrieval,
            connect(retrieval.target, "t", Options()) as client,
        ):
            for _ in range(10):
                with pytest.raises(ERRORS[kind]):
                    await client.search("radio")
        assert len(retrieval.calls) == 10


async def test_a_call_that_is_given_up_says_nothing() -> None:
    arrived = asyncio.Event()

    async def hang(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with (
        scripted(hang) as retrieval,
        AsyncCausewayClient(retrieval.target, "t") as client,
    ):
        search = asyncio.create_task(client.search("radio"))
        await arrived.wait()
        search.cancel()
        with pytest.raises(asyncio.CancelledError):
            await search
        retrieval.behaviour = answering()
        assert await is_answered(client)


async def test_passages_are_read_while_searches_are_refused() -> None:
    clock = FakeClock()
    async with (
        scripted(failing(errors.Overloaded("busy", retry_after_ms=500))) as retrieval,
        async_client(retrieval.target, "t", Options(), seeded(clock)) as client,
    ):
        assert [await is_answered(client) for _ in range(3)] == [False] * 3
        with pytest.raises(CausewayError) as unknown:  # the scripted one knows Search only
            await client.get_passages(["p"])

    assert unknown.value.kind == "internal"


def test_threads_may_share_it() -> None:
    clock = FakeClock()
    throttle = seeded(clock)
    failed: list[BaseException] = []

    def call(number: int) -> None:
        with throttle.attempt("Search", f"tenant {number}"):
            if number % 2:
                raise Overloaded("busy", retry_after=0.1)

    def work() -> None:
        try:
            for number in range(300):
                with suppress(Overloaded):
                    call(number)
        except BaseException as error:  # noqa: BLE001 - whatever a thread dies of
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert len(throttle._known) == 256


@asynccontextmanager
async def crowd(clients: Sequence[Searching], counted: Counter[str], open_calls: int) -> AsyncIterator[None]:
    """Keeps so many searches open, each a new one, for the length of a block."""

    over = asyncio.Event()

    async def ask_on(which: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            try:
                await clients[which % len(clients)].search(f"radio {which} {number}")
                counted["answered"] += 1
            except Overloaded as error:
                counted[error.info.get("refused_by", "service")] += 1
                await asyncio.sleep(0.001)

    tasks = [asyncio.create_task(ask_on(which)) for which in range(open_calls)]
    try:
        yield
    finally:
        over.set()
        await asyncio.wait(tasks)


@pytest.mark.asyncio(loop_scope="module")
@both
async def test_a_real_flood_is_kept_back_for_its_tenant_and_forgotten(
    connect: Connect, running: Running
) -> None:
    """The real server refuses, whatever the machine's speed: more connections bring calls than may wait unseen."""
    counted: Counter[str] = Counter()
    tenant = "acme"
    tokens = {name: token(running, tenant=name) for name in ("acme", "globex")}
    async with AsyncExitStack() as stack, asyncio.timeout(60):
        clients = [
            await stack.enter_async_context(
                connect(target(running), lambda: tokens[tenant], Options(timeout=30))
            )
            for _ in range(10)
        ]
        async with crowd(clients, counted, 160):
            while counted["client"] < 200:
                await asyncio.sleep(0.01)
            assert counted["service"] > 0
        while not await is_answered(clients[0]):
            await asyncio.sleep(0.01)
        tenant = "globex"
        assert await is_answered(clients[0])
