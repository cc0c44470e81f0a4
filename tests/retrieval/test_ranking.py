"""Whole searches are ranked as their profile says: re-ranked, diverse, joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission, Ask
from libs.common.clock import SystemClock
from libs.common.deadline import Deadline
from libs.common.manifest import Profile
from libs.common.retrieval_profile import Rerank
from services.retrieval.passage import Passage
from services.retrieval.profiles import ChosenProfile, Profiles
from services.retrieval.search import Search
from services.retrieval.search_plan import REDUCED, RERANK
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import SearchResult
from tests.fakes.fake_index import FakeIndex
from tests.fakes.fake_reranker import FakeReranker
from tests.retrieval.example_passages import embedded, example, reranking, visitor
from tests.retrieval.example_runs import held
from tests.retrieval.search_setup import Setup, texts

RERANKED = Profile(k=4, rerank=Rerank(model="m", weight=0.9, depth=20, budget_ms=2000))


def shelf(count: int) -> list[Passage]:
    return [example(f"radio number {n}", uri=f"{n}.md") for n in range(count)]


class Desk(Admission):
    """Finds a pressure whatever happens, and shows what it was told of the work."""

    def __init__(self, level: int) -> None:
        super().__init__("test", AdaptiveLimit(), SystemClock())
        self.level = level

    def level_of(self, ask: Ask, waited: float = 0.0) -> int:
        return self.level


class Fixed(Profiles):
    """Knows one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def choose(self, tenant: str, wanted: str) -> ChosenProfile:
        return ChosenProfile("fixed", self.profile)


async def found(
    setup: Setup,
    profile: Profile,
    passages: Sequence[Passage],
    *,
    model: FakeReranker | None = None,
    level: int = 0,
    **more: object,
) -> tuple[SearchResult, Desk]:
    setup.index = FakeIndex(embedded(passages))
    await setup.publish()
    desk = Desk(level)
    models = {"m": model} if model else {}
    parts = replace(
        setup.search._parts, profiles=Fixed(profile), admission=desk, reranking=reranking(**models)
    )
    query = SearchQuery("radio", **more)  # type: ignore[arg-type]
    return await Search(parts).run(visitor(), query, Deadline.after(10, SystemClock())), desk


async def test_a_candidate_from_beyond_the_page_is_lifted_onto_it(empty: Setup) -> None:
    plain, _ = await found(empty, Profile(k=20), shelf(20))
    last = texts(plain)[15]
    result, desk = await found(empty, RERANKED, shelf(20), model=FakeReranker({last: 1.0, "radio": 0.1}))
    assert texts(result)[0] == last
    assert result.passages[0].rerank == 1.0
    assert result.timings.rerank > 0
    assert result.degradations == ()
    assert set(desk._seconds) == {"reranked"}  # an estimate of its own


@pytest.mark.parametrize(
    ("level", "degradations"), [(0, ()), (1, (RERANK,)), (2, (RERANK, REDUCED)), (3, (RERANK, REDUCED))]
)
async def test_pressure_goes_without_and_says_so(
    empty: Setup, level: int, degradations: tuple[str, ...]
) -> None:
    model = FakeReranker()
    await empty.search._parts.vectors.embed("radio")
    result, desk = await found(empty, RERANKED, shelf(10), model=model, level=level)
    assert result.degradations == degradations
    assert bool(model.texts) is (level == 0)
    assert result.timings.rerank == 0 or level == 0
    assert set(desk._seconds) == {"reranked" if level == 0 else "full"}


async def test_a_search_without_its_model_is_not_remembered(empty: Setup) -> None:
    result, _ = await found(empty, RERANKED, shelf(10))
    assert result.degradations == (RERANK,)
    model = FakeReranker()
    again, _ = await found(empty, RERANKED, shelf(10), model=model)
    assert again.degradations == ()
    assert model.texts


async def test_pages_of_a_re_ranked_search_hold_every_passage_once(empty: Setup) -> None:
    model = FakeReranker({f"number {n}": (n * 7 % 10) / 10 for n in range(30)})
    pages = [(await found(empty, RERANKED, shelf(30), model=model))[0]]
    while pages[-1].next_page:
        token = pages[-1].next_page
        pages.append((await found(empty, RERANKED, shelf(30), model=model, page_token=token))[0])
    assert sorted(text for page in pages for text in texts(page)) == sorted(p.text for p in shelf(30))


async def test_the_explanation_shows_the_re_ranking(empty: Setup) -> None:
    result, _ = await found(
        empty, RERANKED, shelf(20), model=FakeReranker({"number 7": 1.0, "radio": 0.1}), explain=True
    )
    assert result.explanation is not None
    first = next(each for each in result.explanation.candidates if each.rank == 1)
    assert (first.rerank_rank, first.found.rerank, first.found.passage.text) == (1, 1.0, "radio number 7")
    assert "rerank" in {stage.name for stage in result.explanation.stages}


async def test_joined_passages_count_as_seen_on_the_next_page(empty: Setup) -> None:
    pages = [
        replace(passage, uri="one.md", document_id="d-one", start=n * 50, end=n * 50 + 40)
        for n, passage in enumerate(shelf(9))
    ]
    profile = Profile(k=1, neighbours="join")
    first, _ = await found(empty, profile, pages)
    (whole,) = first.passages
    assert len(whole.parts) == 3
    second, _ = await found(empty, profile, pages, page_token=first.next_page)
    assert set(held(second.passages[0])).isdisjoint(held(whole))


async def test_documents_take_turns_where_the_profile_limits_them(empty: Setup) -> None:
    crowd = [replace(passage, document_id="d-one") for passage in shelf(10)]
    others = [example(f"a battery of shelf {n}", uri=f"other-{n}.md") for n in range(4)]
    result, _ = await found(empty, Profile(k=4, per_document=1), [*crowd, *others])
    assert len({each.passage.document_id for each in result.passages}) == 4
