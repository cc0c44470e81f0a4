"""No filter, whatever it holds, widens what a caller may see; every index agrees with `Condition.admits`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from services.retrieval.index import Index
from services.retrieval.visibility import Condition
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_filters import CASES, conditions, corpus
from tests.retrieval.hit_ids import hit_ids
from tests.retrieval.indexes import INDEXES, opened_index

PASSAGES = corpus()
ANYTHING = FakeEmbedder().embed_query("text")


@contextmanager
def running_index(kind: str, folder: Path) -> Iterator[tuple[asyncio.Runner, Index]]:
    with asyncio.Runner() as runner:
        opening = opened_index(kind, folder, PASSAGES)
        index = runner.run(opening.__aenter__())
        try:
            yield runner, index
        finally:
            runner.run(opening.__aexit__(None, None, None))


@pytest.mark.timeout(600 + CASES // 4)
@pytest.mark.parametrize("kind", INDEXES)
def test_every_index_finds_exactly_what_the_condition_admits(kind: str, tmp_path: Path) -> None:
    with running_index(kind, tmp_path) as (runner, index):
        drawn = CASES // 4 if kind in ("qdrant_local", "qdrant_grpc") else CASES

        @settings(max_examples=drawn, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(conditions)
        def check(condition: Condition) -> None:
            found = runner.run(index.nearest(ANYTHING, condition, 100))
            expected = {passage.passage_id for passage in PASSAGES if condition.admits(passage)}
            assert set(runner.run(hit_ids(index, found, condition))) == expected
            visible = {p.passage_id for p in PASSAGES if condition.visible.admits(p)}
            assert expected <= visible

        check()


@pytest.mark.parametrize("kind", INDEXES)
def test_words_and_ids_are_narrowed_like_vectors(kind: str, tmp_path: Path) -> None:
    ids = [passage.passage_id for passage in PASSAGES]
    with running_index(kind, tmp_path) as (runner, index):

        @settings(
            max_examples=CASES // 20, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        @given(conditions)
        def check(condition: Condition) -> None:
            expected = {passage.passage_id for passage in PASSAGES if condition.admits(passage)}
            words = runner.run(index.keywords("text", condition, 100))
            fetched = runner.run(index.fetch(ids, condition))
            assert set(runner.run(hit_ids(index, words, condition))) == expected
            assert set(fetched) == expected

        check()
