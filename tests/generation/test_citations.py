"""Citations are checked beside the stream, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.generation.citations import CitationCheck
from services.generation.claims import Claim
from services.generation.events import Citation
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import COFFEE, source


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def checking(executor: ThreadPoolExecutor, embedder: FakeEmbedder) -> tuple[CitationCheck, list[Citation]]:
    emitted: list[Citation] = []
    sources = {1: source(), 2: source(2, COFFEE)}
    return CitationCheck(sources, embedder, executor, "en", emitted.append), emitted


async def test_each_cited_source_of_a_sentence_is_measured(executor: ThreadPoolExecutor) -> None:
    check, emitted = checking(executor, FakeEmbedder())
    check.submit(Claim("Biscuits are free.", (1, 2)))
    await check.finish()
    assert emitted[0] == Citation(1, "Biscuits are free.", 1.0)
    assert emitted[1].n == 2
    assert emitted[1].support < 0.5
    assert check.supports == (1.0,)


async def test_order_is_kept_and_repetitions_are_not_sent_twice(executor: ThreadPoolExecutor) -> None:
    check, emitted = checking(executor, FakeEmbedder())
    check.submit(Claim("The machine is cleaned on Friday", (2,)))
    check.submit(Claim("Biscuits are free.", (1,)))
    check.submit(Claim("Biscuits are free.", (1,)))
    await check.finish()
    assert [citation.n for citation in emitted] == [2, 1]
    assert len(check.supports) == 3


async def test_sentences_without_a_citation_count_nothing(executor: ThreadPoolExecutor) -> None:
    check, emitted = checking(executor, FakeEmbedder())
    check.submit(Claim("Biscuits are free.", ()))
    await check.finish()
    assert (emitted, check.supports) == ([], (0.0,))


async def test_sentences_that_their_sources_do_not_support_are_counted(executor: ThreadPoolExecutor) -> None:
    check, _ = checking(executor, FakeEmbedder())
    for claim in (
        Claim("Biscuits are free.", (1,)),
        Claim("Zebras sleep in Rome.", (1, 2)),
        Claim("Well.", ()),
    ):
        check.submit(claim)
    await check.finish()
    assert check.unsupported(0.3) == 1


async def test_finishing_raises_what_broke_the_check(executor: ThreadPoolExecutor) -> None:
    check, _ = checking(executor, FakeEmbedder(failure=MemoryError()))
    check.submit(Claim("The machine is cleaned on Friday", (2,)))
    with pytest.raises(MemoryError):
        await check.finish()


async def test_closing_gives_up_the_rest(executor: ThreadPoolExecutor) -> None:
    check, _ = checking(executor, FakeEmbedder())
    check.submit(Claim("The machine is cleaned on Friday", (2,)))
    check.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "citation check"]
