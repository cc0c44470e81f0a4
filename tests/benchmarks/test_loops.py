from __future__ import annotations

import asyncio
from time import perf_counter

import pytest

from benchmarks import loops
from benchmarks.loops import Reply, run_at_rate, run_concurrently
from benchmarks.plan import Concurrency, Rate


async def answer(number: int) -> Reply:
    return Reply(first=perf_counter(), pieces=number)


async def test_requests_leave_at_the_rate_whatever_becomes_of_them() -> None:
    outcome = await run_at_rate(answer, Rate(per_second=200, seconds=0.1), first_request=5)

    assert sorted(sample.pieces for sample in outcome.samples) == list(range(5, 25))
    assert outcome.dropped == 0
    assert outcome.seconds >= 0.09


async def test_a_stall_of_the_server_shows_in_every_request_that_was_due_meanwhile() -> None:
    """What a closed loop hides: it would have sent nothing during the stall."""
    end = asyncio.Event()

    async def stalled(_: int) -> Reply:
        asyncio.get_running_loop().call_later(0.1, end.set)
        await end.wait()
        return Reply(first=perf_counter())

    outcome = await run_at_rate(stalled, Rate(per_second=100, seconds=0.1))

    assert len(outcome.samples) == 10
    waits = sorted(sample.first_ms for sample in outcome.samples)
    assert waits[-1] >= 95
    assert waits[-1] - waits[0] >= 80


async def test_a_generator_that_is_late_counts_its_own_delay() -> None:
    def block(_: int) -> Reply:
        until = perf_counter() + 0.03
        while perf_counter() < until:
            pass
        return Reply(first=perf_counter())

    async def busy(number: int) -> Reply:
        return block(number)

    outcome = await run_at_rate(busy, Rate(per_second=100, seconds=0.05))

    assert max(sample.late_ms for sample in outcome.samples) >= 20
    assert all(sample.first_ms >= sample.late_ms for sample in outcome.samples)


async def test_what_cannot_be_sent_is_reported_as_dropped() -> None:
    go = asyncio.Event()
    asyncio.get_running_loop().call_later(0.15, go.set)

    async def held(_: int) -> Reply:
        await go.wait()
        return Reply(first=perf_counter())

    outcome = await run_at_rate(held, Rate(per_second=100, seconds=0.1, most_open=3))

    assert len(outcome.samples) == 3
    assert outcome.dropped == 7


async def test_an_answer_that_never_ends_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "WAIT_SECONDS", 0.05)

    async def silent(_: int) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    outcome = await run_at_rate(silent, Rate(10, 0.1))

    assert len(outcome.samples) == 1
    assert "not finished" in outcome.errors[0]


async def test_a_closed_loop_keeps_so_many_open_and_makes_so_many() -> None:
    most = now = 0

    async def counted(number: int) -> Reply:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return Reply(first=perf_counter(), pieces=number)

    outcome = await run_concurrently(counted, Concurrency(open=4, count=10))

    assert most == 4
    assert sorted(sample.pieces for sample in outcome.samples) == list(range(10))
