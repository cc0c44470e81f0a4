"""Re-ranking models are loaded once, beside the searches, and tried again later where they fail."""

from __future__ import annotations

import asyncio
import threading

from services.retrieval.reranker import Reranker, RerankerUnavailable
from services.retrieval.rerankers import RETRY_SECONDS, Rerankers
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_reranker import FakeReranker


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
