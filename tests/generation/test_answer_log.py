"""Readers get every event, once, in order, whenever they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from services.generation.answer_log import AnswerLog, Numbered
from services.generation.events import Delta, Failure, Notice
from tests.fakes.fake_clock import FakeClock

END = Failure("internal", "internal", retryable=True, title="Something went wrong.")


def at_once() -> float:
    return 0.0


async def everything(
    log: AnswerLog, after: int = 0, pause: Callable[[], float] = at_once
) -> list[list[Numbered]]:
    return [list(batch) async for batch in log.read(after, pause)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def log(clock: FakeClock) -> AnswerLog:
    return AnswerLog(clock)


async def test_events_are_numbered_from_one(log: AnswerLog) -> None:
    assert [log.append(Delta("a")), log.append(Delta("b")), log.append(END)] == [1, 2, 3]
    assert await everything(log) == [[(1, Delta("a")), (2, Delta("b")), (3, END)]]
    assert (log.last_seq, log.ended) == (3, True)


async def test_a_reader_that_comes_back_gets_exactly_what_is_missing(log: AnswerLog) -> None:
    for event in (Delta("a"), Delta("b"), END):
        log.append(event)
    assert await everything(log, 2) == [[(3, END)]]
    assert await everything(log, 3) == []


async def test_live_events_follow_those_that_were_there(log: AnswerLog) -> None:
    log.append(Delta("a"))
    readers = [asyncio.create_task(everything(log)) for _ in range(3)]
    await asyncio.sleep(0)
    log.append(Delta("b"))
    await asyncio.sleep(0)
    log.append(END)
    for batches in await asyncio.gather(*readers):
        assert [event for batch in batches for _, event in batch] == [Delta("a"), Delta("b"), END]


async def test_nothing_follows_the_last_event(log: AnswerLog) -> None:
    log.append(END)
    with pytest.raises(AssertionError):
        log.append(Delta("late"))


async def test_gathering_begins_after_the_first_text(log: AnswerLog) -> None:
    asked: list[int] = []

    def pause() -> float:
        asked.append(log.last_seq)
        return 0.001

    log.append(Notice("degraded", ""))
    reading = asyncio.create_task(everything(log, 0, pause))
    await asyncio.sleep(0)
    log.append(Delta("first"))
    await asyncio.sleep(0)
    assert asked == []
    log.append(Delta("second"))
    await asyncio.sleep(0)
    log.append(Delta("third"))
    await asyncio.sleep(0.01)
    log.append(END)
    batches = await reading
    assert [[seq for seq, _ in batch] for batch in batches] == [[1], [2], [3, 4], [5]]


async def test_a_long_answer_is_sent_in_messages_of_bounded_size(log: AnswerLog) -> None:
    for _ in range(600):
        log.append(Delta("x"))
    log.append(END)
    batches = await everything(log)
    assert max(len(batch) for batch in batches) <= 256
    assert sum(len(batch) for batch in batches) == 601


async def test_it_knows_for_how_long_nobody_has_been_reading(log: AnswerLog, clock: FakeClock) -> None:
    clock.advance(5)
    assert log.unread_seconds == 5
    reader = log.read(0, at_once)
    log.append(Delta("a"))
    await anext(reader)
    clock.advance(5)
    assert log.unread_seconds == 0
    await reader.aclose()
    clock.advance(7)
    assert log.unread_seconds == 7
