"""Turns are stored behind the answers: all of them, once, and what is not says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest

from libs.common.metrics import REGISTRY
from services.generation.conversations.conversation import Entry
from services.generation.conversations.turn_writer import TurnWriter
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_conversations import FakeConversations
from tests.generation.conversations.example_conversations import ANA, BOB, entry, turn


def lost(reason: str) -> float:
    found = REGISTRY.get_sample_value("causeway_conversation_turns_lost_total", {"reason": reason})
    return found or 0.0


def nothing() -> None:
    """For turns of which nobody wants to hear."""


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def kept() -> FakeConversations:
    return FakeConversations(FakeClock(now=0.0))


@asynccontextmanager
async def running(writer: TurnWriter) -> AsyncIterator[TurnWriter]:
    task = asyncio.create_task(writer.run())
    try:
        yield writer
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def test_turns_are_stored_in_their_order(kept: FakeConversations, threads: ThreadPoolExecutor) -> None:
    told: list[int] = []
    async with running(TurnWriter(kept, threads)) as writer:
        for number in range(1, 201):
            writer.put(entry(number), lambda number=number: told.append(number))  # type: ignore[misc]
        assert len(writer.waiting(ANA, "c_1")) == 200
        await writer.drain(20)
    assert [one.query_id for one in kept.kept[ANA, "c_1"]] == [turn(n).query_id for n in range(1, 201)]
    assert told == list(range(1, 201))
    assert writer.waiting(ANA, "c_1") == ()
    assert kept.writes < 20


async def test_what_waits_is_known_by_its_conversation(
    kept: FakeConversations, threads: ThreadPoolExecutor
) -> None:
    writer = TurnWriter(kept, threads)
    for one in (entry(1), entry(2, BOB), entry(3, conversation_id="c_2"), entry(4)):
        writer.put(one, nothing)
    assert writer.waiting(ANA, "c_1") == (turn(1), turn(4))
    writer.forget(ANA, "c_1")
    assert (writer.waiting(ANA, "c_1"), len(writer.waiting(BOB, "c_1"))) == ((), 1)


async def test_a_database_that_is_away_is_waited_for(
    kept: FakeConversations, threads: ThreadPoolExecutor
) -> None:
    kept.broken = True
    async with running(TurnWriter(kept, threads, pause_seconds=0.001)) as writer:
        writer.put(entry(1), nothing)
        await asyncio.sleep(0)
        writer.put(entry(2), nothing)
        kept.broken = False
        await writer.drain(20)
    assert len(kept.kept[ANA, "c_1"]) == 2


async def test_a_full_queue_gives_up_the_oldest_and_says_so(
    kept: FakeConversations, threads: ThreadPoolExecutor
) -> None:
    before = lost("queue_full")
    writer = TurnWriter(kept, threads, max_waiting=2)
    for number in (1, 2, 3):
        writer.put(entry(number), nothing)
    assert writer.waiting(ANA, "c_1") == (turn(2), turn(3))
    assert lost("queue_full") == before + 1


async def test_what_cannot_be_stored_before_the_stop_is_counted(
    kept: FakeConversations, threads: ThreadPoolExecutor
) -> None:
    before, kept.broken = lost("stopped"), True
    async with running(TurnWriter(kept, threads, pause_seconds=0.001)) as writer:
        for number in (1, 2, 3):
            writer.put(entry(number), nothing)
        await writer.drain(0.05)
    assert lost("stopped") == before + 3


class Refusing(FakeConversations):
    """Refuses one turn, as a constraint would."""

    def add(self, entries: Sequence[Entry]) -> None:
        if any(one.turn.query_id == turn(2).query_id for one in entries):
            raise ValueError("a constraint")
        super().add(entries)


async def test_a_turn_that_is_refused_stops_no_other(threads: ThreadPoolExecutor) -> None:
    before, kept, told = lost("refused"), Refusing(FakeClock(now=0.0)), []
    async with running(TurnWriter(kept, threads)) as writer:
        for number in (1, 2, 3):
            writer.put(entry(number), lambda number=number: told.append(number))  # type: ignore[misc]
        await writer.drain(20)
    assert [one.query_id for one in kept.kept[ANA, "c_1"]] == [turn(1).query_id, turn(3).query_id]
    assert (told, lost("refused")) == ([1, 3], before + 1)


class Slow(FakeConversations):
    """Stores when it is let."""

    gate = threading.Event()

    def add(self, entries: Sequence[Entry]) -> None:
        assert self.gate.wait(20)
        super().add(entries)


async def test_nobody_waits_for_the_database(threads: ThreadPoolExecutor) -> None:
    kept = Slow(FakeClock(now=0.0))
    async with running(TurnWriter(kept, threads)) as writer:
        writer.put(entry(1), nothing)
        await asyncio.sleep(0.01)
        writer.put(entry(2), nothing)
        assert writer.waiting(ANA, "c_1") == (turn(1), turn(2))
        kept.gate.set()
        await writer.drain(20)
    await until(lambda: len(kept.kept[ANA, "c_1"]) == 2)
