"""Looks are taken beside the event loop, and what they take is known."""

from __future__ import annotations

import asyncio
import os
import threading

import pytest

from services.retrieval.giving_way import NICENESS
from services.retrieval.rerank_threads import RerankThreads, Window, useful
from tests.fakes.fake_reranker import FakeReranker
from tests.retrieval.example_passages import example


def window(model: FakeReranker, text: str = "the radio") -> Window:
    return Window("m", model, "radio", example(text))


async def test_a_look_gives_a_score_and_tells_what_it_took() -> None:
    threads = RerankThreads(2)
    assert threads.one("m") == 0.0
    assert await threads.begin(window(FakeReranker())) == 1.0
    assert threads.one("m") > 0.0
    assert threads.seconds("m") == threads.one("m") / 2
    threads.close()


async def test_a_look_that_is_cancelled_before_a_thread_is_free_is_never_taken() -> None:
    model = FakeReranker()
    model.go_on.clear()
    threads = RerankThreads(1)
    first, second = threads.begin(window(model)), threads.begin(window(model))
    second.cancel()
    model.go_on.set()
    assert await first == 1.0
    assert await threads.begin(window(model)) == 1.0
    assert model.busy == 2
    threads.close()


async def test_a_doubted_estimate_shrinks() -> None:
    threads = RerankThreads(1)
    await threads.begin(window(FakeReranker()))
    before = threads.one("m")
    threads.doubt("m")
    assert threads.one("m") == pytest.approx(before * 0.9)
    threads.close()


async def test_the_threads_give_way_to_the_event_loop() -> None:
    model, found = FakeReranker(), []
    model.before = lambda: found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    threads = RerankThreads(1)
    await threads.begin(window(model))
    assert found == [min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, 19)]
    threads.close()


async def test_the_event_loop_runs_on_while_a_look_is_taken() -> None:
    model = FakeReranker()
    model.go_on.clear()
    threads = RerankThreads(1)
    look = threads.begin(window(model))
    async with asyncio.timeout(10):
        while not model.busy:
            await asyncio.sleep(0.001)
    assert not look.done()
    assert threads.is_free(0)
    assert not threads.is_free(1)
    model.go_on.set()
    assert await look == 1.0
    threads.close()


def test_there_are_no_more_threads_than_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5}, raising=False)
    assert [useful(count) for count in (1, 2, 8)] == [1, 2, 2]
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert useful(8) == 4
