"""What is too old leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from libs.common.errors import DependencyUnavailable
from services.insights.retention import DAY, Retention
from services.insights.write_queue import WriteQueue
from tests.fakes.fake_answer_store import FakeAnswerStore
from tests.fakes.fake_clock import FakeClock
from tests.insights.example_answers import ANSWER


@pytest.fixture
def queue() -> Iterator[WriteQueue]:
    opened = WriteQueue("answers", threads=1)
    yield opened
    opened.close()


async def test_records_older_than_so_many_days_leave_and_no_others(
    queue: WriteQueue, clock: FakeClock
) -> None:
    store = FakeAnswerStore(clock)
    for number in range(2500):
        store.add("demo", "", replace(ANSWER, query_id=f"q_{number:020}"))
    clock.advance(20 * DAY)
    store.add("demo", "", replace(ANSWER, query_id="q_young"))
    retention = Retention(store, queue, clock, days=30)
    assert await retention.sweep() == 0
    clock.advance(10 * DAY + 1)
    assert await retention.sweep() == 2500
    assert [query_id for _, query_id in store.kept] == ["q_young"]


class _Away(FakeAnswerStore):
    """A store that cannot be reached."""

    tried = asyncio.Event()

    def expire(self, before: float, limit: int) -> int:
        self.tried.set()
        raise DependencyUnavailable("It is away.")


async def test_a_sweep_that_fails_does_not_end_the_sweeping(queue: WriteQueue, clock: FakeClock) -> None:
    store = _Away(clock)
    sweeping = asyncio.create_task(Retention(store, queue, clock, days=30).run())
    while not store.tried.is_set():
        await asyncio.sleep(0)
    done, _ = await asyncio.wait({sweeping}, timeout=0.05)
    assert not done
    sweeping.cancel()
