"""A search finds, ranks and explains, and degrades instead of failing."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import numpy as np
import pytest
from structlog.testing import capture_logs

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import ALIKE, Admission, Ask, Kinds
from libs.common.clock import SystemClock
from libs.common.deadline import Deadline
from libs.common.errors import (
    CausewayError,
    DeadlineExceeded,
    DependencyUnavailable,
    Forbidden,
    InvalidRequest,
    Overloaded,
)
from libs.common.manifest import Profile
from libs.embedding.embedder import EmbeddingFailed, Vectors
from services.retrieval.__main__ import search_parts
from services.retrieval.builds import BuildFolder
from services.retrieval.candidates import DENSE_SEARCH, KEYWORD_SEARCH
from services.retrieval.page_hint import BOOST
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.profiles import ChosenProfile, Profiles
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.search import INDEX_VERSION, PROFILE, Search
from services.retrieval.search_plan import CACHED_VECTORS, REDUCED
from services.retrieval.search_query import SearchQuery
from services.retrieval.served_index import ServedIndex
from services.retrieval.served_versions import ServedVersions
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import PAGE_KEY, embedded, example, reranking, visitor
from tests.retrieval.example_versions import SomeBundles, only
from tests.retrieval.search_setup import BOARD, FOREIGN, JACKETS, RADIO, SHELF, Setup, texts


async def test_the_best_passage_comes_first_and_everything_is_explained(setup: Setup) -> None:
    result = await setup.run()
    assert texts(result)[0] == RADIO.text
    assert set(texts(result)) == {RADIO.text, JACKETS.text, SHELF.text}
    assert (result.index_version, result.content_revision, result.profile) == ("main", 1, "default")
    assert result.degradations == ()
    best = result.passages[0]
    assert best.score == best.fused == pytest.approx(1.0)
    assert best.bm25 == 2.0
    assert best.dense is not None
    assert 0 < best.dense < 1


async def test_the_cosine_is_there_for_passages_that_only_the_words_found(empty: Setup) -> None:
    crowd = [example(f"radio {n}", uri=f"{n}.md") for n in range(Profile().prefetch)]
    words_only = example("gasket radio battery", uri="g.md")
    passages = [*embedded(crowd), (words_only, -FakeEmbedder().embed_query("gasket radio battery"))]
    empty.index = FakeIndex(passages)
    await empty.publish()
    result = await empty.run("gasket radio battery", k=50)
    (found,) = [entry for entry in result.passages if entry.passage == words_only]
    assert found.bm25 == 3.0
    assert found.dense == pytest.approx(-1.0, abs=1e-5)


async def test_k_is_the_profiles_own_unless_it_is_given(empty: Setup) -> None:
    empty.index = FakeIndex(embedded([example(f"radio {n}", uri=f"{n}.md") for n in range(60)]))
    await empty.publish()
    assert len((await empty.run("radio")).passages) == Profile().k
    assert len((await empty.run("radio", k=3)).passages) == 3
    assert len((await empty.run("radio", k=50)).passages) == 50


async def test_callers_find_only_what_they_may_see(setup: Setup) -> None:
    assert BOARD.text not in texts(await setup.run("board radio"))
    assert BOARD.text in texts(await setup.run("board radio", "board"))
    assert texts(await setup.run(tenant="globex")) == [FOREIGN.text]
    assert texts(await setup.run(tenant="nobody")) == []
    with pytest.raises(Forbidden):
        await setup.run(tenant="")


async def test_a_filter_narrows_and_never_widens(setup: Setup) -> None:
    assert texts(await setup.run(filter=PassageFilter(uri_prefix="shelf"))) == [SHELF.text]
    assert texts(await setup.run(filter=PassageFilter((JACKETS.document_id,)))) == [JACKETS.text]
    hidden = PassageFilter((FOREIGN.document_id, BOARD.document_id))
    assert texts(await setup.run(filter=hidden)) == []


async def test_the_visitors_page_is_preferred_between_near_equals(empty: Setup) -> None:
    one = example("radio battery charger", uri="a.md", url="https://acme.example/a")
    two = example("radio battery charger", uri="b.md", url="https://acme.example/b")
    empty.index = FakeIndex(embedded([one, two]))
    await empty.publish()
    first, second = (await empty.run(page_url="https://acme.example/a")).passages
    assert first.passage == one
    assert first.score == pytest.approx(first.fused + BOOST)
    assert second.score == second.fused
    assert (await empty.run(page_url="https://acme.example/b")).passages[0].passage == two


async def test_the_visitors_page_does_not_bring_up_what_does_not_answer(setup: Setup) -> None:
    assert texts(await setup.run(page_url="https://acme.example/jackets"))[0] == RADIO.text


async def test_the_visitors_page_may_bring_in_a_passage_from_just_beyond_the_end(empty: Setup) -> None:
    equal = [example("radio battery", uri=f"{n}.md", url=f"https://acme.example/{n}") for n in range(8)]
    empty.index = FakeIndex(embedded(equal))
    await empty.publish()
    without = {found.passage.uri for found in (await empty.run(k=4)).passages}
    (left_out, *_) = sorted({passage.uri for passage in equal} - without)
    hint = f"https://acme.example/{left_out.removesuffix('.md')}"
    assert (await empty.run(k=4, page_url=hint)).passages[0].passage.uri == left_out


async def test_before_the_first_build_the_result_is_empty(empty: Setup) -> None:
    result = await empty.run()
    assert (result.passages, result.index_version, result.content_revision) == ((), "", 0)
    assert result.degradations == ()


async def test_without_the_embedder_the_words_still_find(setup: Setup) -> None:
    setup.embedder.failure = RuntimeError("out of memory")
    result = await setup.run()
    assert texts(result) == [RADIO.text, SHELF.text]
    assert result.degradations == (DENSE_SEARCH,)
    assert [found.dense for found in result.passages] == [None, None]
    assert result.passages[0].fused == 1.0


async def test_the_log_says_why_the_embedder_failed_and_quotes_no_stranger(setup: Setup) -> None:
    reasons = []
    for failure in (EmbeddingFailed("The endpoint is away."), RuntimeError("no vector for 'my question'")):
        setup.embedder.failure = failure
        with capture_logs() as logs:
            await setup.run(f"radio {type(failure).__name__}")
        reasons += [entry["reason"] for entry in logs if entry["event"] == "optional_step_failed"]

    assert reasons == ["The endpoint is away.", ""]


async def test_the_log_says_what_the_index_said(setup: Setup) -> None:
    setup.index.failing.add("nearest")
    with capture_logs() as logs:
        await setup.run()

    told = [(entry["step"], entry["reason"]) for entry in logs if entry["event"] == "optional_step_failed"]
    assert told == [(DENSE_SEARCH, "nearest fails")]


async def test_without_the_vector_search_the_words_still_find(setup: Setup) -> None:
    setup.index.failing.add("nearest")
    result = await setup.run()
    assert result.degradations == (DENSE_SEARCH,)
    assert texts(result) == [RADIO.text, SHELF.text]
    assert result.passages[0].dense is not None


async def test_without_the_keyword_search_the_vectors_still_find(setup: Setup) -> None:
    setup.index.failing.add("keywords")
    result = await setup.run()
    assert result.degradations == (KEYWORD_SEARCH,)
    assert texts(result)[0] == RADIO.text
    assert result.passages[0].fused == 1.0
    assert result.passages[0].bm25 is None


@pytest.mark.parametrize("failing", [{"nearest", "keywords"}, {"fetch"}])
async def test_an_index_that_cannot_answer_at_all_is_a_dependency_that_fails(
    setup: Setup, failing: set[str]
) -> None:
    setup.index.failing |= failing
    with pytest.raises(DependencyUnavailable):
        await setup.run()


async def test_vectors_of_another_embedder_are_never_compared(empty: Setup) -> None:
    await empty.publish(embedder="fake-2")
    result = await empty.run()
    assert result.degradations == (DENSE_SEARCH,)
    assert texts(result) == [RADIO.text, SHELF.text]
    assert empty.embedder.texts == []


async def test_an_embedder_that_is_too_slow_is_gone_without_in_time(empty: Setup) -> None:
    await empty.publish()
    gate = threading.Event()

    class SlowEmbedder(FakeEmbedder):
        def embed_query(self, text: str) -> Vectors:
            assert gate.wait(10)
            return np.zeros(384, np.float32)

    embedding = QueryEmbedding(SlowEmbedder(), 1)
    search = Search(
        search_parts(only(empty.served), embedding, empty.bundles, SystemClock(), PAGE_KEY, reranking())
    )
    deadline = Deadline.after(0.3, SystemClock())
    result = await search.run(visitor(), SearchQuery("radio"), deadline)
    assert deadline.left() > 0
    assert result.degradations == (DENSE_SEARCH,)
    assert len(result.passages) == 2
    gate.set()
    embedding.close()


@pytest.mark.parametrize(
    ("hanging", "kind"),
    [("hybrid", DependencyUnavailable), ("keywords", DependencyUnavailable), ("fetch", DeadlineExceeded)],
)
async def test_an_index_that_hangs_is_an_error_with_a_name_in_time(
    setup: Setup, hanging: str, kind: type[CausewayError]
) -> None:
    setup.index.at_once = True
    setup.index.hanging.add(hanging)
    if hanging == "keywords":  # they are asked for alone where the query has no vector
        setup.embedder.failure = RuntimeError("out of memory")
    async with asyncio.timeout(10):
        with pytest.raises(kind):
            await setup.run(seconds=0.3)
    setup.index.hanging.clear()
    setup.embedder.failure = None
    assert (await setup.run()).degradations == ()


async def test_a_vector_of_another_length_costs_the_vectors_only(setup: Setup) -> None:
    class ShortEmbedder(FakeEmbedder):
        def embed_query(self, text: str) -> Vectors:
            return np.ones(2, np.float32)

    embedding = QueryEmbedding(ShortEmbedder(), 1)
    setup.index.failing.add("nearest")  # as an engine does that is given such a vector
    search = Search(
        search_parts(only(setup.served), embedding, setup.bundles, SystemClock(), PAGE_KEY, reranking())
    )
    result = await search.run(visitor(), SearchQuery("radio battery"), Deadline.after(10, SystemClock()))
    assert result.degradations == (DENSE_SEARCH,)
    assert [found.dense for found in result.passages] == [None, None]
    embedding.close()


async def test_a_vector_that_cannot_be_searched_with_is_not_remembered(setup: Setup) -> None:
    """It may have come from an embedder that gave nonsense for a while."""
    setup.index.failing.add("nearest")
    await setup.run()
    setup.index.failing.clear()
    assert (await setup.run()).degradations == ()
    assert len(setup.embedder.texts) == 2


async def test_what_a_fault_costs_is_not_taken_for_the_cost_of_a_search(empty: Setup) -> None:
    """Else searches with little time would be refused long after the fault is gone."""
    await empty.publish()
    over = threading.Event()

    class HangingEmbedder(FakeEmbedder):
        def embed_query(self, text: str) -> Vectors:
            assert over.wait(20)
            return super().embed_query(text)

    embedding = QueryEmbedding(HangingEmbedder(), 1)
    search = Search(
        search_parts(only(empty.served), embedding, empty.bundles, SystemClock(), PAGE_KEY, reranking())
    )

    async def found(text: str, seconds: float) -> tuple[str, ...]:
        deadline = Deadline.after(seconds, SystemClock())
        return (await search.run(visitor(), SearchQuery(text), deadline)).degradations

    assert await found("radio", 2.0) == (DENSE_SEARCH,)
    over.set()
    assert await found("radio", 10.0) == ()
    async with search.admission.place(Ask("acme", Deadline.after(10, SystemClock()))):
        assert await found("battery", 1.0) == ()
    embedding.close()


async def test_a_search_whose_time_is_over_is_not_begun(setup: Setup) -> None:
    with pytest.raises(DeadlineExceeded, match="the search"):
        await setup.run(seconds=0.0)
    assert setup.embedder.texts == []


async def test_an_unknown_profile_is_refused(setup: Setup) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await setup.run(profile="nonsense")
    assert caught.value.field == "profile"


async def test_a_profile_that_cannot_be_known_is_replaced_and_that_is_said(setup: Setup) -> None:
    setup.bundles.ready = False
    result = await setup.run(profile="wide-1")
    assert (result.profile, result.degradations) == ("default", (PROFILE,))


async def test_a_query_ends_on_the_index_on_which_it_began(setup: Setup) -> None:
    setup.index.gate = asyncio.Event()
    searching = asyncio.create_task(setup.run())
    await asyncio.wait_for(setup.index.waiting.wait(), 5)
    old, setup.index = setup.index, FakeIndex([])
    await setup.publish(revision=2)
    assert not old.closed
    assert old.gate is not None
    old.gate.set()
    result = await asyncio.wait_for(searching, 5)
    assert result.content_revision == 1
    assert texts(result)[0] == RADIO.text
    assert (await setup.run()).content_revision == 2


async def test_a_cancelled_search_lets_its_index_go(setup: Setup) -> None:
    setup.index.gate = asyncio.Event()
    searching = asyncio.create_task(setup.run())
    await asyncio.wait_for(setup.index.waiting.wait(), 5)
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    with setup.served.lease() as serving:
        assert serving is not None
        assert serving.users == 1


async def test_the_timings_add_up(setup: Setup) -> None:
    timings = (await setup.run()).timings
    assert min(timings.embed, timings.search, timings.fuse) > 0
    assert timings.total >= max(timings.embed, timings.search, timings.fuse)


async def test_the_same_search_again_is_answered_from_memory_until_the_index_changes(setup: Setup) -> None:
    first = await setup.run()
    again = await setup.run()
    assert setup.embedder.texts == ["radio battery"]
    assert again.passages == first.passages
    setup.index = FakeIndex(embedded([SHELF]))
    await setup.publish(revision=2)
    assert texts(await setup.run()) == [SHELF.text]


async def test_no_memory_is_shared_across_tenants_or_access(setup: Setup) -> None:
    await setup.run("board radio", "board")
    assert BOARD.text not in texts(await setup.run("board radio"))
    assert texts(await setup.run("board radio", tenant="globex")) == [FOREIGN.text]


def under(setup: Setup, level: int, profile: Profile) -> Search:
    """A search that finds such pressure at its desk whatever happens."""

    class Desk(Admission):
        def level_of(self, ask: Ask, waited: float = 0.0) -> int:
            return level

    class Fixed(Profiles):
        def choose(self, tenant: str, wanted: str) -> ChosenProfile:
            return ChosenProfile("fixed", profile)

    parts = search_parts(
        only(setup.served), setup.embedding, setup.bundles, SystemClock(), PAGE_KEY, reranking()
    )
    desk = Desk("test", AdaptiveLimit(), SystemClock())
    return Search(replace(parts, admission=desk, profiles=Fixed(setup.bundles)))


@pytest.mark.parametrize(
    ("level", "passages", "degradations", "embedded_texts"),
    [
        (0, 8, (), ["radio"]),
        (1, 8, (), ["radio"]),
        (2, 4, (REDUCED,), ["radio"]),
        (3, 4, (REDUCED, CACHED_VECTORS), []),
    ],
)
async def test_each_level_of_pressure_costs_what_it_says(
    empty: Setup, level: int, passages: int, degradations: tuple[str, ...], embedded_texts: list[str]
) -> None:
    empty.index = FakeIndex(embedded([example(f"radio {n}", uri=f"{n}.md") for n in range(60)]))
    await empty.publish()
    empty.embedder.texts.clear()
    search = under(empty, level, Profile(k=8))
    result = await search.run(visitor(), SearchQuery("radio"), Deadline.after(10, SystemClock()))
    assert len(result.passages) == passages
    assert result.degradations == degradations
    assert result.pressure == level
    assert empty.embedder.texts == embedded_texts


async def test_under_much_pressure_a_query_that_was_embedded_before_still_has_its_vector(
    setup: Setup,
) -> None:
    calm = under(setup, 0, Profile())
    parts = replace(calm._parts, admission=under(setup, 3, Profile())._parts.admission)
    await calm.run(visitor(), SearchQuery("radio"), Deadline.after(10, SystemClock()))
    hot = await Search(parts).run(visitor(), SearchQuery("radio", k=3), Deadline.after(10, SystemClock()))
    assert hot.degradations == (REDUCED,)
    assert hot.passages[0].dense is not None


async def test_a_search_that_is_turned_away_does_nothing(setup: Setup) -> None:
    class Full(Admission):
        def wait_of(self, tenant: str, kinds: Kinds = ALIKE) -> float:
            return 1.0

    parts = search_parts(
        only(setup.served), setup.embedding, setup.bundles, SystemClock(), PAGE_KEY, reranking()
    )
    search = Search(replace(parts, admission=Full("test", AdaptiveLimit(), SystemClock())))
    with pytest.raises(Overloaded) as refused:
        await search.run(visitor(), SearchQuery("radio"), Deadline.after(10, SystemClock()))
    assert refused.value.retry_after_ms == 1000
    assert setup.embedder.texts == []


async def test_an_index_that_is_asked_at_once_is_asked_once_and_finds_the_same(setup: Setup) -> None:
    apart = await setup.run("radio battery")
    setup.index.at_once = True
    setup.search = Search(
        search_parts(only(setup.served), setup.embedding, setup.bundles, SystemClock(), PAGE_KEY, reranking())
    )
    together = await setup.run("radio battery")
    assert texts(together) == texts(apart)
    assert together.degradations == ()
    setup.index.failing = {"hybrid"}
    with pytest.raises(DependencyUnavailable):
        await setup.run("another")
    setup.embedder.failure = RuntimeError("no vector")
    words_only = await setup.run("battery of the radio")
    assert words_only.degradations == (DENSE_SEARCH,)
    assert RADIO.text in texts(words_only)


async def test_a_tenant_whose_version_is_not_built_is_told_so(setup: Setup) -> None:
    bundles = SomeBundles(acme="next")

    def opened(name: str) -> ServedIndex:
        if name == "main":
            return setup.served
        return ServedIndex(BuildFolder(setup.folder._folder.parent, name), setup.load, SystemClock())

    bundles.versions["acme"] = "main"
    versions = ServedVersions(opened, "main", bundles)
    await versions.refresh()
    setup.search = Search(
        search_parts(versions, setup.embedding, bundles, SystemClock(), PAGE_KEY, reranking())
    )
    assert (await setup.run()).degradations == ()
    bundles.versions["acme"] = "next"
    result = await setup.run()
    assert result.index_version == "main"
    assert result.degradations == (INDEX_VERSION,)
    assert (await setup.run(tenant="globex")).degradations == ()
