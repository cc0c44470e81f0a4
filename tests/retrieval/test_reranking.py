"""Re-ranking changes the order for the better, within its time, and is gone without when it cannot."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from libs.common.manifest import Profile
from libs.common.retrieval_profile import Rerank
from services.retrieval.found_passage import FoundPassage
from services.retrieval.search_plan import RERANK
from services.retrieval.search_run import SearchRun
from tests.fakes.fake_reranker import FakeReranker
from tests.retrieval.example_passages import example, reranking, reranking_on
from tests.retrieval.example_runs import example_run

HOW = Rerank(model="m", depth=40, weight=0.5, budget_ms=75)


def candidates(*scores: float) -> list[FoundPassage]:
    return [
        FoundPassage(example(f"passage-{n}", uri=f"{n}.md"), score, score, None, None)
        for n, score in enumerate(scores)
    ]


def falling(count: int) -> list[FoundPassage]:
    return candidates(*(1.0 - n / 100 for n in range(count)))


def run(how: Rerank | None = HOW, k: int = 4, level: int = 0, seconds: float = 10.0) -> SearchRun:
    return example_run(profile=Profile(rerank=how), k=k, level=level, seconds=seconds)


def order(found: Sequence[FoundPassage]) -> list[int]:
    return [int(each.passage.text.removeprefix("passage-")) for each in found]


async def test_the_final_score_is_a_weighted_mean_of_both() -> None:
    search = run()
    found = await reranking(m=FakeReranker({"passage-2": 0.9})).rerank(search, candidates(0.8, 0.7, 0.6))
    assert order(found) == [2, 0, 1]
    assert found[0].score == pytest.approx(0.5 * 0.6 + 0.5 * 0.9)
    assert (found[0].rerank, found[0].fused) == (0.9, 0.6)
    (stage,) = search.stages
    assert (stage.name, stage.found, stage.note) == ("rerank", 3, "complete")
    assert search.degradations == []
    assert search.kind == "reranked"


async def test_what_lies_deeper_keeps_its_place_behind() -> None:
    model = FakeReranker({"passage-3": 1.0})
    how = HOW.model_copy(update={"depth": 4})
    found = await reranking(m=model).rerank(run(how, k=2), falling(6))
    assert order(found) == [3, 0, 1, 2, 4, 5]
    assert [each.rerank is None for each in found] == [False] * 4 + [True] * 2
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


@pytest.mark.parametrize(("how", "level"), [(None, 0), (HOW, 1), (HOW, 3)])
async def test_nothing_is_looked_at_without_a_wish_or_under_pressure(how: Rerank | None, level: int) -> None:
    model, search = FakeReranker(), run(how, level=level)
    found = falling(8)
    assert await reranking(m=model).rerank(search, found) == found
    assert model.texts == []
    assert search.stages == []


async def test_a_settled_order_ends_it_where_nothing_could_reach_the_page() -> None:
    scores = candidates(0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1)
    model, search = FakeReranker({f"passage-{n}": 1.0 for n in range(4)}), run(k=3)
    await reranking(m=model).rerank(search, scores)
    assert len(model.texts) == 4
    assert search.stages[0].note == "settled"


async def test_a_settled_order_ends_it_where_eight_in_a_row_did_not_reach_the_page() -> None:
    model, search = FakeReranker({f"passage-{n}": 0.5 for n in range(4)}), run(k=3)
    await reranking(m=model).rerank(search, falling(40))
    assert len(model.texts) == 11
    assert search.stages[0].note == "settled"


async def test_it_ends_when_the_next_look_would_not_fit_into_its_time() -> None:
    search = run(HOW.model_copy(update={"budget_ms": 2000.0}), k=2)
    model = FakeReranker()
    model.before = lambda: search.clock.advance(1.5)  # type: ignore[attr-defined]
    found = await reranking(m=model).rerank(search, falling(20))
    assert len(model.texts) == 2
    assert search.stages[0].note == "out of time"
    assert len(found) == 20
    assert search.degradations == []  # the page itself was looked at


async def test_less_than_the_page_is_a_degradation() -> None:
    search = run(HOW.model_copy(update={"budget_ms": 2000.0}), k=8)
    model = FakeReranker()
    model.before = lambda: search.clock.advance(3)  # type: ignore[attr-defined]
    await reranking(m=model).rerank(search, falling(20))
    assert len(model.texts) == 1
    assert search.degradations == [RERANK]


async def test_no_more_is_begun_than_fits_by_what_one_look_took_lately() -> None:
    model = FakeReranker()
    desk = reranking(m=model)
    desk._threads._seconds["m"] = 0.8
    search = run(HOW.model_copy(update={"budget_ms": 2000.0}), k=2)
    model.before = lambda: search.clock.advance(0.9)  # type: ignore[attr-defined]
    await desk.rerank(search, falling(20))
    assert len(model.texts) == 2


async def test_an_estimate_for_which_nothing_fits_is_doubted_in_time() -> None:
    model = FakeReranker()
    desk = reranking(m=model)
    desk._threads._seconds["m"] = 4.0
    searches = 0
    while not model.texts:
        searches += 1
        await desk.rerank(run(HOW.model_copy(update={"budget_ms": 2000.0})), falling(20))
    assert 1 < searches < 10


async def test_a_thread_that_is_not_free_in_time_is_not_waited_for() -> None:
    model = FakeReranker()
    model.go_on.clear()
    search = run(HOW.model_copy(update={"budget_ms": 30.0}))
    async with asyncio.timeout(5):
        found = await reranking(m=model).rerank(search, falling(8))
    assert order(found) == list(range(8))
    assert search.degradations == [RERANK]
    model.go_on.set()


async def test_a_look_that_nobody_waited_for_still_tells_what_it_takes() -> None:
    model = FakeReranker()
    model.go_on.clear()
    desk = reranking(m=model)
    await desk.rerank(run(HOW.model_copy(update={"budget_ms": 200.0})), falling(8))
    model.go_on.set()
    async with asyncio.timeout(10):
        while not desk._threads.one("m"):
            await asyncio.sleep(0.001)
    model.texts.clear()
    await desk.rerank(run(HOW.model_copy(update={"budget_ms": 2000.0})), falling(8))
    assert model.texts


async def test_the_deadline_bounds_it_whatever_its_budget_says() -> None:
    model = FakeReranker()
    model.go_on.clear()
    search = run(HOW.model_copy(update={"budget_ms": 2000.0}), seconds=0.05)
    async with asyncio.timeout(1):
        await reranking(m=model).rerank(search, falling(8))
    assert search.degradations == [RERANK]
    model.go_on.set()


async def test_a_search_that_is_cancelled_looks_at_nothing_more() -> None:
    model = FakeReranker()
    model.go_on.clear()
    task = asyncio.create_task(reranking(m=model).rerank(run(), falling(40)))
    async with asyncio.timeout(10):
        while not model.busy:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    model.go_on.set()
    assert model.busy == 1


async def test_a_model_that_fails_leaves_the_order_as_it_was() -> None:
    model, search = FakeReranker(), run()
    model.failure = RuntimeError("out of memory")
    assert order(await reranking(m=model).rerank(search, falling(8))) == list(range(8))
    assert search.degradations == [RERANK]
    assert search.stages[0].note == "failed"


async def test_what_a_model_said_before_it_failed_counts_for_nothing() -> None:
    model, search = FakeReranker({"passage-3": 1.0}), run(k=6)

    def fail_once_some_are_scored() -> None:
        model.failure = RuntimeError("out of memory") if model.texts else None

    model.before = fail_once_some_are_scored
    assert order(await reranking(m=model).rerank(search, falling(8))) == list(range(8))
    assert model.texts != []
    assert search.stages[0].found == 0


async def test_a_model_that_is_not_there_is_gone_without() -> None:
    search = run()
    assert order(await reranking().rerank(search, falling(8))) == list(range(8))
    assert search.degradations == [RERANK]
    assert search.stages[0].note == "not loaded"


async def test_long_passages_are_shown_by_their_best_window() -> None:
    text = "start " * 100 + "the radio is here " + "end " * 100
    (first, second) = candidates(0.9, 0.8)
    long = replace(first, passage=replace(first.passage, text=text))
    model = FakeReranker()
    await reranking(m=model).rerank(run(), [long, second])
    assert "radio" in model.texts[0]
    assert model.texts[0].startswith("Part\n")
    assert len(model.texts[0].split()) <= model.window + 1


async def test_what_was_looked_at_in_time_counts_although_the_rest_was_not() -> None:
    model, search = FakeReranker({"passage-1": 1.0}), run(HOW.model_copy(update={"budget_ms": 300.0}), k=2)

    def stop_at_the_third() -> None:
        if model.busy == 3:
            model.go_on.clear()

    model.before = stop_at_the_third
    found = await reranking(m=model).rerank(search, falling(8))
    assert order(found)[:2] == [1, 0]
    assert search.stages[0].note == "out of time"
    assert search.degradations == []
    model.go_on.set()


async def test_a_search_has_all_the_threads() -> None:
    model = FakeReranker()
    both = threading.Barrier(2)
    model.before = lambda: both.wait(10)
    search = run(HOW.model_copy(update={"budget_ms": 2000.0}), k=8)
    await reranking_on(2, m=model).rerank(search, falling(8))
    assert len(model.texts) == 8
    assert search.degradations == []


async def test_the_search_that_came_first_is_looked_at_first() -> None:
    model, how = FakeReranker(), HOW.model_copy(update={"budget_ms": 2000.0, "depth": 3})
    desk, first, second = reranking(m=model), run(how, k=3), run(how, k=3)
    later = candidates(0.9, 0.8, 0.7)
    later = [replace(each, passage=replace(each.passage, text=f"later {n}")) for n, each in enumerate(later)]
    await asyncio.gather(desk.rerank(first, falling(3)), desk.rerank(second, later))
    assert [text.startswith("Part\nlater") for text in model.texts] == [False] * 3 + [True] * 3
    assert first.degradations == second.degradations == []


async def test_a_search_whose_turn_would_come_too_late_goes_without_at_once() -> None:
    model = FakeReranker()
    model.go_on.clear()
    desk, first, second = reranking(m=model), run(k=4), run(k=4)
    desk._threads._seconds["m"] = 0.01
    waiting = asyncio.create_task(desk.rerank(first, falling(8)))
    async with asyncio.timeout(10):
        while not model.busy:
            await asyncio.sleep(0.001)
        found = await desk.rerank(second, falling(8))
    assert order(found) == list(range(8))
    assert (second.stages[0].note, second.degradations) == ("no turn", [RERANK])
    assert second.kind == "full"
    assert not waiting.done() or first.stages[0].note == "out of time"
    model.go_on.set()
    await waiting


async def test_it_ends_as_soon_as_the_pressure_rises() -> None:
    search = run(HOW.model_copy(update={"budget_ms": 2000.0}), k=4)
    model = FakeReranker()
    search.pressed = lambda: model.busy >= 3
    await reranking(m=model).rerank(search, falling(20))
    assert len(model.texts) == 3
    assert (search.stages[0].note, search.degradations) == ("under pressure", [RERANK])
