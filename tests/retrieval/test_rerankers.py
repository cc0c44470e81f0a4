"""Re-ranking models are loaded once, beside the searches, and tried again later where they fail."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from services.retrieval.reranker import Reranker, RerankerUnavailable
from services.retrieval.rerankers import RETRY_SECONDS, Rerankers
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_reranker import FakeReranker

ENDLESS = """
import asyncio, threading
from libs.common.clock import SystemClock
from services.retrieval.rerankers import Rerankers

begun = threading.Event()

def load(model):
    begun.set()
    threading.Event().wait()

async def main():
    rerankers = Rerankers(load, SystemClock())
    assert rerankers.get("m") is None
    assert await asyncio.to_thread(begun.wait, 10)
    print("loading", flush=True)
    rerankers.close()

asyncio.run(main())
"""
"""A service that stops while the hub keeps it waiting."""


async def test_a_model_is_loaded_once_while_searches_go_on_without() -> None:
    gate, loads = threading.Event(), []

    def load(model: str) -> Reranker:
        loads.append(model)
        assert gate.wait(10)
        return FakeReranker()

    rerankers = Rerankers(load, FakeClock())
    assert [rerankers.get("m") for _ in range(3)] == [None, None, None]
    gate.set()
    async with asyncio.timeout(10):
        loaded = await rerankers.loaded("m")
    assert loaded is not None
    assert rerankers.get("m") is loaded
    assert loads == ["m"]
    rerankers.close()


def test_a_process_ends_though_a_model_is_still_being_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDLESS], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "loading\n"), done.stderr


async def test_what_a_model_fails_with_reaches_who_waits_for_it() -> None:
    def load(model: str) -> Reranker:
        raise KeyError(model)

    with pytest.raises(KeyError, match="m"):
        await Rerankers(load, FakeClock()).loaded("m")


async def test_one_that_cannot_be_loaded_is_tried_again_after_a_while() -> None:
    loads: list[str] = []

    def load(model: str) -> Reranker:
        loads.append(model)
        raise RerankerUnavailable("there is none")

    clock = FakeClock()
    rerankers = Rerankers(load, clock)
    assert await rerankers.loaded("m") is None
    assert await rerankers.loaded("m") is None
    assert loads == ["m"]
    clock.advance(RETRY_SECONDS)
    assert await rerankers.loaded("m") is None
    assert loads == ["m", "m"]
