"""A search that explains itself finds the same, says how, and shows nobody more than they may see."""

from __future__ import annotations

from tests.retrieval.search_setup import BOARD, RADIO, SHELF, Setup, texts


async def test_an_explained_search_finds_the_same(setup: Setup) -> None:
    for page_url in ("", "https://acme.example/shelf"):
        plain = await setup.run(page_url=page_url, k=1)
        explained = await setup.run(page_url=page_url, k=1, explain=True)
        assert explained.passages == plain.passages
        assert plain.explanation is None


async def test_it_names_every_step_in_order_with_what_came_of_it(setup: Setup) -> None:
    result = await setup.run(explain=True)
    assert result.explanation is not None
    steps = {step.name: step for step in result.explanation.stages}
    assert set(steps) == {"embed", "dense", "bm25", "fuse", "select"}
    assert (steps["dense"].found, steps["bm25"].found, steps["fuse"].found) == (3, 2, 3)
    assert all(step.ms > 0 for step in steps.values())


async def test_it_says_what_became_of_every_candidate(setup: Setup) -> None:
    result = await setup.run(explain=True, k=1)
    assert result.explanation is not None
    first, *others = result.explanation.candidates
    assert first.found.passage == RADIO
    assert (first.rank, first.outcome, first.fused_rank, first.bm25_rank) == (1, "returned", 1, 1)
    assert {(other.rank, other.outcome) for other in others} == {(0, "beyond_k")}
    shelf = next(other for other in others if other.found.passage == SHELF)
    assert (shelf.bm25_rank, shelf.found.bm25) == (2, 1.0)


async def test_it_shows_no_candidate_that_the_caller_may_not_see(setup: Setup) -> None:
    result = await setup.run("board radio", explain=True)
    assert result.explanation is not None
    assert BOARD not in [candidate.found.passage for candidate in result.explanation.candidates]
    result = await setup.run("board radio", "board", explain=True)
    assert result.explanation is not None
    assert BOARD in [candidate.found.passage for candidate in result.explanation.candidates]


async def test_it_is_done_anew_and_says_whether_memory_would_have_answered(setup: Setup) -> None:
    answers = [await setup.run(explain=True) for _ in range(2)]
    await setup.run()
    answers.append(await setup.run(explain=True))
    told = [answer.explanation.in_cache for answer in answers if answer.explanation]
    assert told == [False, False, True]
    assert (await setup.run("radio battery", "board", explain=True)).explanation.in_cache is False  # type: ignore[union-attr]
    assert texts(answers[-1]) == texts(answers[0])
