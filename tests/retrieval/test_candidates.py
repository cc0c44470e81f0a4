"""Candidates come of vectors and words; each may fail, and both may not."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from libs.common.errors import DeadlineExceeded, DependencyUnavailable
from libs.embedding.embedder import Vectors
from services.retrieval.candidates import DENSE_SEARCH, KEYWORD_SEARCH, Candidates, CandidateSearch
from services.retrieval.index import Hit, Key
from services.retrieval.qdrant_cluster.commit import Commit
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.query_vectors import QueryVectors
from services.retrieval.search_plan import CACHED_VECTORS, LANGUAGE
from services.retrieval.search_run import SearchRun
from services.retrieval.served_index import Serving
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.example_runs import example_run

RADIO, SHELF = example("The radio needs a battery."), example("The shelf is high.")
ENGLISH_MODEL = "all-MiniLM-L6-v2-int8-0"


@dataclass
class Desk:
    """A search for candidates over a fake index.

    Attributes:
        embedder: Embeds the queries.
        language: Of every question.
    """

    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    language: str = ""

    def __post_init__(self) -> None:
        self.index = FakeIndex(embedded([RADIO, SHELF]))
        self.embedding = QueryEmbedding(self.embedder, 1)
        self.vectors = QueryVectors(self.embedding)
        self.commit = Commit("main", 1, self.embedder.identity, {"acme": 2}, "")

    async def find(self, run: SearchRun) -> Candidates:
        search = CandidateSearch(self.vectors, lambda text: self.language)
        return await search.find(run, Serving(self.commit, self.index))


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.embedding.close()


@pytest.fixture(params=[False, True], ids=["one beside the other", "both at once"])
def either(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    """An engine that answers in two calls, or in one."""
    desk.index.at_once = request.param
    return desk


def ids(hits: list[Hit] | None) -> set[Key] | None:
    return None if hits is None else {hit.key for hit in hits}


async def test_vectors_and_words_are_searched(either: Desk) -> None:
    run = example_run("radio battery")
    found = await either.find(run)

    assert ids(found.near) == {RADIO.passage_id, SHELF.passage_id}
    assert ids(found.words) == {RADIO.passage_id}
    assert found.vector is not None
    assert run.degradations == []


async def test_an_engine_that_can_is_asked_once(desk: Desk) -> None:
    desk.index.at_once = True
    run = example_run()
    await desk.find(run)

    assert [(stage.name, stage.found) for stage in run.stages] == [("embed", 0), ("hybrid", 3)]


async def test_without_a_vector_the_words_still_find(either: Desk) -> None:
    either.embedder.failure = RuntimeError("out of memory")
    run = example_run()
    found = await either.find(run)

    assert (found.vector, found.near, ids(found.words)) == (None, None, {RADIO.passage_id})
    assert run.degradations == [DENSE_SEARCH]


async def test_without_the_words_the_vectors_still_find(desk: Desk) -> None:
    desk.index.failing.add("keywords")
    run = example_run()
    found = await desk.find(run)

    assert found.words is None
    assert ids(found.near) == {RADIO.passage_id, SHELF.passage_id}
    assert run.degradations == [KEYWORD_SEARCH]


async def test_an_index_of_which_nothing_answers_is_no_empty_result(either: Desk) -> None:
    either.index.failing |= {"nearest", "keywords", "hybrid"}

    with pytest.raises(DependencyUnavailable, match="does not answer"):
        await either.find(example_run())


async def test_vectors_of_another_embedder_are_never_compared(either: Desk) -> None:
    either.commit = Commit("main", 1, "another-model", {"acme": 2}, "")
    run = example_run()
    found = await either.find(run)

    assert (found.near, ids(found.words)) == (None, {RADIO.passage_id})
    assert run.degradations == [DENSE_SEARCH]
    assert either.embedder.texts == []


async def test_under_pressure_only_a_vector_that_is_known_is_used(either: Desk) -> None:
    await either.find(example_run("radio"))
    known, unknown = example_run("radio", level=3), example_run("battery", level=3)

    assert (await either.find(known)).near is not None
    assert (await either.find(unknown)).near is None
    assert (known.degradations, unknown.degradations) == ([], [CACHED_VECTORS])
    assert "battery" not in either.embedder.texts


async def test_embedding_takes_no_more_than_its_share_of_the_time_left(desk: Desk) -> None:
    never = asyncio.Event()

    async def embed(text: str) -> Vectors:
        await never.wait()
        raise AssertionError

    desk.vectors.embed = embed  # type: ignore[method-assign]
    run = example_run(seconds=0.05)
    async with asyncio.timeout(5.0):
        found = await desk.find(run)

    assert (found.near, ids(found.words)) == (None, {RADIO.passage_id})
    assert run.degradations == [DENSE_SEARCH]


async def test_what_comes_after_the_deadline_is_of_no_use(desk: Desk) -> None:
    clock = FakeClock()
    run = example_run(seconds=1.0, clock=clock)
    desk.index.failing.add("keywords")
    clock.advance(1.5)

    with pytest.raises(DeadlineExceeded):
        await desk.find(run)


@pytest.mark.parametrize(
    ("identity", "language", "degradations"),
    [
        (ENGLISH_MODEL, "de", [LANGUAGE]),
        (ENGLISH_MODEL, "en", []),
        (ENGLISH_MODEL, "", []),
        ("fake-1", "de", []),
    ],
)
async def test_a_model_that_does_not_know_the_language_is_said(
    identity: str, language: str, degradations: list[str]
) -> None:
    desk = Desk(FakeEmbedder(identity), language)
    run = example_run()
    await desk.find(run)
    desk.embedding.close()

    assert run.degradations == degradations
    assert run.language == language


async def test_a_search_that_is_cancelled_at_once_leaves_nothing_unfinished(desk: Desk) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        search = asyncio.ensure_future(desk.find(example_run("radio battery")))
        asyncio.get_running_loop().call_soon(search.cancel)
        with pytest.raises(asyncio.CancelledError):
            await search
        gc.collect()
    assert [str(warning.message) for warning in seen] == []
