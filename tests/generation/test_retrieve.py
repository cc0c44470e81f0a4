"""Retrieval gets what is left of the answer's time, less what it takes to report back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from libs.common.errors import DeadlineExceeded, DependencyUnavailable
from services.generation.retrieve import LONGEST_SECONDS, retrieve
from tests.fakes.fake_clock import FakeClock
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import ANA, making, passage, question


async def test_the_deadline_is_shaved(executor: ThreadPoolExecutor) -> None:
    searcher = ScriptedSearcher(passage())
    found = await retrieve(making(executor, searcher, seconds=1.0), question())
    assert found == searcher.found
    assert searcher.asked[0][:3] == (ANA, question(), "balanced-1")
    assert searcher.asked[0][3] == pytest.approx(0.98)


async def test_patience_has_an_end_however_long_the_answer_may_take(executor: ThreadPoolExecutor) -> None:
    searcher = ScriptedSearcher()
    await retrieve(making(executor, searcher, seconds=120.0), question())
    assert searcher.asked[0][3] == LONGEST_SECONDS


async def test_no_search_is_begun_that_cannot_end_in_time(executor: ThreadPoolExecutor) -> None:
    searcher = ScriptedSearcher()
    with pytest.raises(DeadlineExceeded, match="retrieval"):
        await retrieve(making(executor, searcher, seconds=0.03), question())
    assert searcher.asked == []


async def test_the_time_of_every_search_counts_also_of_one_that_fails(executor: ThreadPoolExecutor) -> None:
    clock, searcher = FakeClock(), ScriptedSearcher()
    searcher.failure = DependencyUnavailable("gone")
    searcher.on_search = lambda: clock.advance(0.25)
    being_made = making(executor, searcher, clock=clock)
    for _ in range(2):
        with pytest.raises(DependencyUnavailable):
            await retrieve(being_made, question())
    assert being_made.tally.retrieval_ms == pytest.approx(500.0)
