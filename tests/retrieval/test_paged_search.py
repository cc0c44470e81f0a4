"""The pages of a search together are the search: nothing twice, nothing left out, nothing of others."""

from __future__ import annotations

import pytest

from libs.common.errors import InvalidRequest
from services.retrieval.candidates import DENSE_SEARCH
from services.retrieval.search_result import SearchResult
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.search_setup import SHELF, Setup


async def crowd(setup: Setup, count: int) -> set[str]:
    """Publishes so many passages about radios, and returns their ids."""
    passages = [example(f"radio number {n}", uri=f"{n}.md") for n in range(count)]
    setup.index = FakeIndex(embedded(passages))
    await setup.publish()
    return {passage.passage_id for passage in passages}


async def all_pages(setup: Setup, **more: object) -> list[SearchResult]:
    pages = [await setup.run("radio", **more)]  # type: ignore[arg-type]
    while pages[-1].next_page:
        pages.append(await setup.run("radio", page_token=pages[-1].next_page, **more))  # type: ignore[arg-type]
    return pages


def ids(page: SearchResult) -> list[str]:
    return [found.passage.passage_id for found in page.passages]


@pytest.mark.parametrize("count", [79, 80, 81])
async def test_the_pages_hold_every_passage_once(empty: Setup, count: int) -> None:
    published = await crowd(empty, count)
    pages = await all_pages(empty, k=8)
    found = [passage_id for page in pages for passage_id in ids(page)]
    assert sorted(found) == sorted(published)
    assert [len(page.passages) for page in pages[:-1]] == [8] * ((count - 1) // 8)
    assert pages[-1].passages


async def test_a_search_gives_no_more_than_500_passages(empty: Setup) -> None:
    await crowd(empty, 600)
    pages = await all_pages(empty, k=48)
    assert sum(len(page.passages) for page in pages) == 500
    assert len(pages[-1].passages) == 500 % 48


async def test_no_passage_comes_twice_although_a_step_fails_in_between(empty: Setup) -> None:
    await crowd(empty, 40)
    first = await empty.run("radio", k=20)
    empty.index.failing.add("nearest")
    second = await empty.run("radio", k=20, page_token=first.next_page)
    assert second.degradations == (DENSE_SEARCH,)
    assert set(ids(first)).isdisjoint(ids(second))


async def test_a_page_is_remembered_like_a_search(empty: Setup) -> None:
    await crowd(empty, 20)
    first = await empty.run("radio")
    again = await empty.run("radio")
    assert again.next_page == first.next_page
    second = await empty.run("radio", page_token=first.next_page)
    empty.index.failing |= {"nearest", "keywords"}
    assert ids(await empty.run("radio", page_token=first.next_page)) == ids(second)


async def test_one_callers_token_opens_no_page_for_another(setup: Setup) -> None:
    token = (await setup.run("radio", "board", k=1)).next_page
    assert token
    assert (await setup.run("radio", "board", k=1, page_token=token)).passages
    for tenant, access in (("acme", ()), ("globex", ("board",))):
        with pytest.raises(InvalidRequest) as caught:
            await setup.run("radio", *access, tenant=tenant, page_token=token)
        assert caught.value.field == "page_token"


async def test_a_token_is_refused_once_the_index_has_changed(setup: Setup) -> None:
    token = (await setup.run(k=1)).next_page
    setup.index = FakeIndex(embedded([SHELF]))
    await setup.publish(revision=2)
    with pytest.raises(InvalidRequest, match="index has changed"):
        await setup.run(k=1, page_token=token)


async def test_the_explanation_of_a_later_page_counts_from_its_beginning(empty: Setup) -> None:
    await crowd(empty, 20)
    first = await empty.run("radio")
    second = await empty.run("radio", page_token=first.next_page, explain=True)
    assert second.explanation is not None
    assert second.explanation.offset == 8
    assert {candidate.found.passage.passage_id for candidate in second.explanation.candidates}.isdisjoint(
        ids(first)
    )
