"""What is taken away for a measurement is gone, and the rest is there."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from benchmarks.degraded_service import VARIANTS, AtLevel, NoVectors, Wordless
from libs.common.admission import Ask
from libs.common.clock import SystemClock
from libs.common.deadline import Deadline
from libs.common.errors import DependencyUnavailable
from services.retrieval.index import IndexFailure
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_index import FakeIndex

EVERYTHING = Condition(Visibility("acme", frozenset()))


def test_every_level_and_every_loss_has_a_variant() -> None:
    assert list(VARIANTS) == ["level-0", "level-1", "level-2", "level-3", "no-vectors", "no-words"]


def test_a_search_runs_at_the_level_that_was_chosen() -> None:
    async def level() -> int:
        clock = SystemClock()
        async with AtLevel(3).place(Ask("acme", Deadline.after(5.0, clock))) as place:
            return place.level

    assert asyncio.run(level()) == 3


def test_an_embedder_that_is_gone_knows_nothing_and_fails() -> None:
    gone = NoVectors(QueryEmbedding(FakeEmbedder(), threads=1))
    assert gone.known("words") is None
    with pytest.raises(DependencyUnavailable):
        asyncio.run(gone.embed("words"))


def test_an_index_without_words_still_searches_its_vectors() -> None:
    index = Wordless(FakeIndex([]))
    assert asyncio.run(index.nearest(np.ones(4, np.float32), EVERYTHING, 3)) == []
    assert asyncio.run(index.fetch(["unknown"], EVERYTHING)) == {}
    with pytest.raises(IndexFailure):
        asyncio.run(index.keywords("words", EVERYTHING, 3))
    with pytest.raises(IndexFailure):
        asyncio.run(index.hybrid(np.ones(4, np.float32), "words", EVERYTHING, 3))
