"""A search under way keeps what it did, what it went without and how long that took."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from libs.common.manifest import Profile
from services.retrieval.index import IndexFailure
from services.retrieval.search_plan import CACHED_VECTORS, LANGUAGE
from services.retrieval.search_run import LEANING, SearchRun, dense_weight, explain
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.example_runs import example_run


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def run(clock: FakeClock) -> SearchRun:
    return example_run(clock=clock)


def test_each_step_counts_towards_its_timing(run: SearchRun, clock: FakeClock) -> None:
    for name, seconds in (("embed", 0.004), ("dense", 0.002), ("bm25", 0.001), ("fuse", 0.003)):
        with run.step(name, name):  # type: ignore[arg-type]
            clock.advance(seconds)

    timings = run.timings(total=11.0)

    assert (timings.embed, timings.search, timings.fuse) == pytest.approx((4.0, 3.0, 3.0))
    assert (timings.rerank, timings.total) == (0.0, 11.0)


def test_a_step_that_fails_has_taken_its_time_all_the_same(run: SearchRun, clock: FakeClock) -> None:
    def fail() -> None:
        with run.step("dense", "search_vectors") as step:
            step.note = "too late"
            clock.advance(0.5)
            raise IndexFailure("the shard is gone")

    with pytest.raises(IndexFailure):
        fail()
    (done,) = run.stages
    assert (done.name, done.found, done.note) == ("dense", 0, "too late")
    assert done.ms == pytest.approx(500.0)


def test_the_class_of_work_says_what_the_search_cost() -> None:
    full, in_vain, reranked, words, failed = (example_run() for _ in range(5))
    for run, found in ((in_vain, 0), (reranked, 4)):
        with run.step("rerank", "rerank") as step:
            step.found = found
    words.go_without(CACHED_VECTORS)
    failed.failed = True

    kinds = [run.kind for run in (full, in_vain, reranked, words, failed)]
    assert kinds == ["full", "full", "reranked", "words", "failed"]


async def test_a_step_that_fails_is_gone_without_and_said(run: SearchRun) -> None:
    async def failing() -> int:
        raise IndexFailure("the shard is gone")

    with capture_logs() as logs:
        assert await run.optional("dense_search", failing()) is None

    assert run.degradations == ["dense_search"]
    assert [(entry["step"], entry["reason"]) for entry in logs] == [("dense_search", "the shard is gone")]


@pytest.mark.parametrize("given", [0.1, 0.8])
def test_vectors_weigh_what_the_profile_says_where_they_know_the_language(given: float) -> None:
    assert dense_weight(example_run(profile=Profile(dense_weight=given))) == given


@pytest.mark.parametrize(("given", "weight"), [(0.1, 0.1), (0.8, LEANING)])
def test_vectors_that_do_not_know_the_language_weigh_less_never_more(given: float, weight: float) -> None:
    run = example_run(profile=Profile(dense_weight=given))
    run.go_without(LANGUAGE)

    assert dense_weight(run) == weight


def test_an_explanation_holds_what_was_done(run: SearchRun) -> None:
    with run.step("bm25", "search_words") as step:
        step.found = 7
    run.language = "de"

    told = explain(run, (), in_cache=True)

    assert [(stage.name, stage.found) for stage in told.stages] == [("bm25", 7)]
    assert (told.plan, told.profile, told.language) == (run.plan, run.chosen.profile, "de")
    assert (told.in_cache, told.offset, told.dense_weight) == (True, 0, 0.5)
