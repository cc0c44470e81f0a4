"""Hostile clients at every route and every method of a running stack.

Nothing that they send makes a fault, hangs, or brings anything of another tenant's; afterwards nothing of it
is left in the processes, and no secret in what they say of themselves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence

import grpc
import pytest

from tests.e2e import hostile_methods, hostile_routes
from tests.e2e.hostile_belongings import Belongings, belongings
from tests.e2e.hostile_borders import foreign_calls, foreign_requests
from tests.e2e.hostile_bytes import SERVED, malformed
from tests.e2e.hostile_callers import admitted, refused
from tests.e2e.hostile_calls import (
    EXPECTED,
    WASTE,
    Code,
    Outcome,
    attempt,
    channel_to,
    check,
    declared_methods,
    raw,
)
from tests.e2e.hostile_departures import (
    cancel_searches,
    cut_answers,
    cut_chat,
    cut_requests,
    cut_streams,
    resumed,
)
from tests.e2e.hostile_documents import absurd_streams
from tests.e2e.hostile_ledger import faults, held, settled, told
from tests.e2e.hostile_messages import NOISE, TOO_LARGE, RandomMessages, is_noise
from tests.e2e.hostile_mutations import SEED, Mutations
from tests.e2e.hostile_requests import attacks
from tests.e2e.hostile_routes import JSON, RouteCase, bearer
from tests.e2e.hostile_verdict import judge
from tests.e2e.hostile_wire import Wire, chunked, problem, request
from tests.e2e.hostile_world import WORDS, World, hostile_world, script

pytestmark = pytest.mark.process

RANDOM_REQUESTS = 500
RANDOM_CALLS = 100
READERS = 50

Owned = tuple[Belongings, Belongings]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with hostile_world(tmp_path_factory.mktemp("hostile")) as started:
        yield started


@pytest.fixture(scope="module")
def owned(world: World) -> Owned:
    return belongings(world, world.demo), belongings(world, world.rival)


by_route = pytest.mark.parametrize(
    "case", hostile_routes.CASES, ids=lambda case: f"{case.method} {case.path}"
)
by_method = pytest.mark.parametrize("name", hostile_methods.CASES)


def test_every_route_has_hostile_requests() -> None:
    declared = hostile_routes.declared_routes()

    assert declared == {(case.method, case.path) for case in hostile_routes.CASES}


def test_every_method_has_hostile_calls() -> None:
    assert declared_methods().keys() == hostile_methods.CASES.keys()


@by_route
async def test_no_request_breaks_the_edge(world: World, owned: Owned, case: RouteCase) -> None:
    async with Wire(world.stack.ports["EDGE"]) as wire:
        good = await wire.exchange(case.good(world, owned[0]))
        assert good.status in case.served, good
        for attack in attacks(case, world, *owned):
            reply = await wire.exchange(attack.raw)
            judge(world, case, attack.raw, reply)
            if attack.statuses is not None:
                assert reply.status in attack.statuses, (attack.name, reply)


@by_route
async def test_no_random_request_breaks_the_edge(world: World, owned: Owned, case: RouteCase) -> None:
    mutations = Mutations(case, world, *owned)

    async def send(count: int) -> None:
        async with Wire(world.stack.ports["EDGE"]) as wire:
            for _ in range(count):
                content = mutations.next()
                judge(world, case, content, await wire.exchange(content))

    print(f"seed {SEED}")
    await asyncio.gather(*(send(RANDOM_REQUESTS // 4) for _ in range(4)))


async def test_bytes_that_are_almost_http_are_refused_and_nothing_is_smuggled(world: World) -> None:
    async with Wire(world.stack.ports["EDGE"]) as wire:
        for case in malformed():
            answer = await wire.all(case.raw)
            if case.refused:
                assert answer[:10] in (b"", b"HTTP/1.1 4"), (case.name, answer)
                assert SERVED not in answer, (case.name, answer)
            assert b"HTTP/1.1 5" not in answer, (case.name, answer)
        assert (await wire.exchange(request("GET", b"/healthz", []))).status == 200


async def test_who_sends_too_slowly_is_let_go(world: World, owned: Owned) -> None:
    own = [bearer(owned[0].session), JSON]
    body = b'{"question": "how long may this take?"}'
    ask = request("POST", b"/v1/chat", own, body)
    in_parts = chunked("POST", b"/v1/chat", own, body)

    async def drip(content: bytes, at_once: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", world.stack.ports["EDGE"])
        writer.write(content[:at_once])
        answer = asyncio.ensure_future(reader.read())
        for at in range(at_once, len(content)):
            done, _ = await asyncio.wait({answer}, timeout=0.5)
            if done:
                break
            writer.write(content[at : at + 1])
        writer.close()
        return await answer

    began = time.monotonic()
    in_body, in_chunks, in_head, in_silence = await asyncio.gather(
        drip(ask, len(ask) - len(body)),
        drip(in_parts, in_parts.index(b"\r\n\r\n") + 4),
        drip(ask, 10),
        drip(ask[:1], 0),
    )
    assert time.monotonic() - began < 15
    for answer in (in_body, in_chunks):
        assert answer.startswith(b"HTTP/1.1 408 "), answer
        assert b'"kind":"invalid_request"' in answer
    assert (in_head, in_silence) == (b"", b"")


@by_method
async def test_nobody_calls_who_may_not(world: World, owned: Owned, name: str) -> None:
    service, case, method = name.partition(".")[0], hostile_methods.CASES[name], declared_methods()[name]
    async with channel_to(world, service) as channel:

        async def call(metadata: Sequence[tuple[str, str | bytes]]) -> Outcome:
            return await attempt(
                channel, method, raw(case.good(owned[0])), metadata, responses=case.responses
            )

        check(await call(case.metadata(world, world.demo, service)), case.served, name)
        for about, metadata, code in refused(world, service, case):
            check(await call(metadata), {code}, name, about)
        for about, metadata in admitted(world, service, case):
            check(await call(metadata), case.served, name, about)


@by_method
async def test_no_message_breaks_a_service(world: World, owned: Owned, name: str) -> None:
    service, case, method = name.partition(".")[0], hostile_methods.CASES[name], declared_methods()[name]
    metadata = case.metadata(world, world.demo, service)
    async with channel_to(world, service) as channel:
        for about, (messages, code) in case.wrong(owned[0]).items():
            outcome = await attempt(channel, method, raw(messages), metadata, responses=case.responses)
            check(outcome, {code}, name, about)
            assert world.rival.canary.encode() not in outcome.received, (name, about)
        for noise in NOISE:
            codes = {Code.INVALID_ARGUMENT} if is_noise(method, noise) else EXPECTED
            check(
                await attempt(channel, method, [noise], metadata, responses=case.responses),
                codes,
                name,
                noise[:20],
            )
        large = await attempt(channel, method, [TOO_LARGE], metadata, responses=case.responses)
        check(large, {Code.RESOURCE_EXHAUSTED}, name)


@by_method
async def test_no_random_message_breaks_a_service(world: World, owned: Owned, name: str) -> None:
    service, case, method = name.partition(".")[0], hostile_methods.CASES[name], declared_methods()[name]
    metadata = (
        world.team(WASTE, case.role, target=service)
        if case.caller == "team"
        else case.metadata(world, world.demo, service)
    )
    codes = EXPECTED | {Code.DEADLINE_EXCEEDED} if case.endless else EXPECTED
    chance = RandomMessages(name)

    async def send(channel: grpc.aio.Channel, count: int) -> None:
        for _ in range(count):
            messages = list(chance.changed(case.good(owned[0]))) or [b""]
            outcome = await attempt(
                channel,
                method,
                messages,
                metadata,
                responses=case.responses,
                seconds=0.2 if case.endless else 10.0,
            )
            check(outcome, codes, name, [message[:200] for message in messages])
            assert world.rival.canary.encode() not in outcome.received or case.caller == "plain", name

    print(f"seed {SEED}")
    async with channel_to(world, service) as channel:
        await asyncio.gather(*(send(channel, RANDOM_CALLS // 4) for _ in range(4)))


async def test_absurd_streams_of_documents_end_in_order(world: World) -> None:
    metadata = world.team(WASTE, "ingest")
    async with channel_to(world, "retrieval") as channel:
        for about, messages, codes in absurd_streams():
            method = declared_methods()["retrieval.IndexDocuments"]
            outcome = await attempt(
                channel, method, (m.SerializeToString() for m in messages), metadata, seconds=30
            )
            check(outcome, codes, about)


async def test_nothing_of_another_tenant_comes_back(world: World, owned: Owned) -> None:
    pairs = zip(world.sides, (owned, owned[::-1]), strict=True)
    for (side, other), (mine, theirs) in pairs:
        canary = other.canary.encode()
        async with Wire(world.stack.ports["EDGE"]) as wire:
            for content, statuses in foreign_requests(side, mine, theirs):
                reply = await wire.exchange(content)
                assert reply.status in statuses, (content, reply)
                assert canary not in reply.whole, (content, reply)
                assert theirs.session.encode() not in reply.whole
                if reply.status >= 400:
                    assert theirs.query_id not in problem(reply).values()
        for name, messages, metadata, codes in foreign_calls(world, side, other, mine, theirs):
            async with channel_to(world, name.partition(".")[0]) as channel:
                outcome = await attempt(channel, declared_methods()[name], raw(messages), metadata)
            check(outcome, codes, name, messages)
            assert canary not in outcome.received, (name, messages)
    # What they tried changed nothing for its owner, and no model was shown both tenants' words.
    for side, _ in world.sides:
        belongings(world, side)
    for sent in map(str, world.upstream.requests):
        assert not (world.demo.canary in sent and world.rival.canary in sent)


async def test_readers_that_leave_lose_nothing_and_leave_nothing_behind(world: World, owned: Owned) -> None:
    session, manifest_id = owned[0].session, owned[0].manifest_id
    await cancel_searches(world, 5)
    await cut_answers(world, manifest_id, 2)
    before = await asyncio.to_thread(held, world)
    world.upstream.script = script(pace=0.3)
    try:
        cuts = await asyncio.gather(*(cut_chat(world, session, abruptly=n % 2 == 0) for n in range(READERS)))
        await cancel_searches(world, READERS)
        await cut_requests(world, session, 20)
        await cut_streams(world, 20)
        await cut_answers(world, manifest_id, 20)
        whole = await asyncio.gather(*(resumed(world, session, cut) for cut in cuts))
    finally:
        world.upstream.script = script()

    for cut, (numbers, text, finish) in zip(cuts, whole, strict=True):
        assert numbers == list(range(cut.seq + 1, cut.seq + 1 + len(numbers)))
        assert (text, finish) == ("".join(WORDS), "stop")
    assert await settled(world, before) == {}


async def test_a_stopped_answer_closes_the_models_connection(world: World, owned: Owned) -> None:
    session = owned[0].session
    world.upstream.script = script(pace=0.1, fault="stalls_midway")
    world.upstream.closed.clear()
    try:
        cut = await cut_chat(world, session, abruptly=True)
        assert not world.upstream.closed.is_set()
        async with Wire(world.stack.ports["EDGE"]) as wire:
            target = f"/v1/chat/{cut.query_id}".encode()
            reply = await wire.exchange(request("DELETE", target, [bearer(session)]))
        assert reply.status == 204
        async with asyncio.timeout(0.5):  # tests/generation holds it to a tenth of a second
            while not world.upstream.closed.is_set():
                await asyncio.sleep(0.001)
        _, _, finish = await resumed(world, session, cut)
        assert finish == "stopped"
    finally:
        world.upstream.script = script()


def test_no_process_tells_of_a_fault_and_none_tells_a_secret(world: World) -> None:
    """Comes last: all of the above has gone through these processes."""
    assert list(faults(world)) == []
    assert len(world.refusals) > 20
    assert list(told(world)) == []
