"""Retrieval gets what is left of the answer's time, less what it takes to report back."""

from __future__ import annotations

import pytest

from libs.common.deadline import Deadline
from libs.common.errors import DeadlineExceeded
from services.generation.retrieve import LONGEST_SECONDS, retrieve
from tests.fakes.fake_clock import FakeClock
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import ANA, passage, question


async def test_the_deadline_is_shaved() -> None:
    searcher = ScriptedSearcher(passage())
    found = await retrieve(searcher, ANA, question(), "balanced-1", Deadline.after(1.0, FakeClock()))
    assert found == searcher.found
    assert searcher.asked[0][:3] == (ANA, question(), "balanced-1")
    assert searcher.asked[0][3] == pytest.approx(0.98)


async def test_patience_has_an_end_however_long_the_answer_may_take() -> None:
    searcher = ScriptedSearcher()
    await retrieve(searcher, ANA, question(), "", Deadline.after(120.0, FakeClock()))
    assert searcher.asked[0][3] == LONGEST_SECONDS


async def test_no_search_is_begun_that_cannot_end_in_time() -> None:
    searcher = ScriptedSearcher()
    with pytest.raises(DeadlineExceeded, match="retrieval"):
        await retrieve(searcher, ANA, question(), "", Deadline.after(0.03, FakeClock()))
    assert searcher.asked == []
