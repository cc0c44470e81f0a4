"""Writes on threads of their own."""

from __future__ import annotations

import asyncio
import threading

import pytest

from libs.common.errors import Overloaded
from services.insights.write_queue import WriteQueue


async def test_a_result_and_an_error_reach_the_caller() -> None:
    queue = WriteQueue("writer", threads=1)
    assert await queue.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await queue.run(lambda: 1 // 0)
    queue.close()


async def test_one_thread_keeps_the_order() -> None:
    queue, done = WriteQueue("writer", threads=1), list[int]()
    await asyncio.gather(*(queue.run(lambda n=n: done.append(n)) for n in range(50)))  # type: ignore[misc]
    assert done == list(range(50))
    queue.close()


async def test_several_threads_work_side_by_side() -> None:
    queue, meeting = WriteQueue("writer", threads=3), threading.Barrier(3, timeout=10)
    await asyncio.gather(*(queue.run(meeting.wait) for _ in range(3)))
    queue.close()


async def test_more_than_may_wait_is_refused_until_there_is_room() -> None:
    queue, release = WriteQueue("writer", threads=1, max_waiting=2), threading.Event()
    waiting = [asyncio.create_task(queue.run(lambda: release.wait(10))) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded) as caught:
        await queue.run(lambda: True)
    assert caught.value.retry_after_ms
    release.set()
    assert await asyncio.gather(*waiting) == [True, True]
    assert await queue.run(lambda: 1) == 1
    queue.close()


async def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    queue, release, made = WriteQueue("writer", threads=1), threading.Event(), list[int]()
    first = asyncio.create_task(queue.run(lambda: release.wait(10)))
    second = asyncio.create_task(queue.run(lambda: made.append(2)))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    release.set()
    await first
    queue.close()
    assert made == []


async def test_closing_ends_its_threads() -> None:
    queue = WriteQueue("short-lived", threads=2)
    await queue.run(lambda: None)
    queue.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("short-lived")]
