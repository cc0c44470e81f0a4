from __future__ import annotations

from dataclasses import replace

import pytest

from libs.common.manifest import Profile
from services.retrieval.found_passage import FoundPassage
from services.retrieval.neighbours import Part
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.result_cache import SECONDS, ResultCache, ResultKey
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import SearchResult, Timings
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.example_passages import example

KEY = ResultKey(
    Condition(Visibility("acme", frozenset({"staff"}))), SearchQuery("radio"), Profile(), "main/1"
)


def result(text: str = "The radio.", degradations: tuple[str, ...] = ()) -> SearchResult:
    found = FoundPassage(example(text), 1.0, 1.0, 0.5, 2.0)
    return SearchResult((found,), degradations, Timings(), "main", 1, "default")


def test_the_same_search_finds_what_was_kept() -> None:
    cache = ResultCache(FakeClock())
    cache.keep(KEY, result())
    assert cache.get(KEY) == result()


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, condition=Condition(Visibility("globex", frozenset({"staff"})))),
        replace(KEY, condition=Condition(Visibility("acme", frozenset()))),
        replace(KEY, condition=Condition(Visibility("acme", frozenset({"staff", "board"})))),
        replace(KEY, condition=replace(KEY.condition, filter=PassageFilter(uri_prefix="a/"))),
        replace(KEY, query=SearchQuery("radios")),
        replace(KEY, query=SearchQuery("radio", k=3)),
        replace(KEY, query=SearchQuery("radio", page_url="https://x.example/")),
        replace(KEY, profile=Profile(k=3)),
        replace(KEY, content="main/2"),
    ],
)
def test_a_search_that_differs_in_anything_finds_nothing(other: ResultKey) -> None:
    cache = ResultCache(FakeClock())
    cache.keep(KEY, result())
    assert cache.get(other) is None


def test_a_result_that_went_without_something_is_not_kept() -> None:
    cache = ResultCache(FakeClock())
    cache.keep(KEY, result(degradations=("dense_search",)))
    assert cache.get(KEY) is None


def test_that_the_model_does_not_know_the_language_is_no_reason_to_search_again() -> None:
    cache = ResultCache(FakeClock())
    cache.keep(KEY, result(degradations=("language",)))
    assert cache.holds(KEY)


def test_a_result_is_kept_for_a_while_only() -> None:
    clock = FakeClock()
    cache = ResultCache(clock)
    cache.keep(KEY, result())
    clock.advance(SECONDS + 0.1)
    assert cache.get(KEY) is None


def test_what_is_held_is_bounded_in_bytes() -> None:
    cache = ResultCache(FakeClock(), most_bytes=12_000)
    keys = [replace(KEY, query=SearchQuery(f"radio {n}")) for n in range(5)]
    for key in keys:
        cache.keep(key, result("x" * 1000))
    assert [cache.get(key) is not None for key in keys] == [False, False, True, True, True]
    cache.keep(KEY, result("x" * 20_000))
    assert cache.get(KEY) is None


LONG = tuple(f"{n:04}" + "x" * 2000 for n in range(90))


@pytest.mark.parametrize(
    "key",
    [
        replace(KEY, condition=replace(KEY.condition, filter=PassageFilter(document_ids=LONG))),
        replace(
            KEY,
            condition=replace(KEY.condition, filter=PassageFilter(tags_any=LONG[:45], tags_all=LONG[45:])),
        ),
        replace(KEY, condition=Condition(Visibility("acme", frozenset(LONG)))),
        replace(KEY, query=SearchQuery("radio", page_url="https://x.example/" + "x" * 180_000)),
    ],
    ids=["documents", "tags", "access", "page"],
)
def test_what_was_asked_counts_too_where_nothing_was_found(key: ResultKey) -> None:
    nothing = replace(result(), passages=())
    roomy, small = ResultCache(FakeClock(), most_bytes=300_000), ResultCache(FakeClock(), most_bytes=180_000)
    roomy.keep(key, nothing)
    small.keep(key, nothing)
    assert roomy.holds(key)
    assert not small.holds(key)


def test_the_parts_of_a_joined_passage_count_beside_the_whole() -> None:
    (one,) = result("x" * 10_000).passages
    joined = replace(one, parts=(Part(replace(one.passage, text="y" * 10_000), 0),))
    cache = ResultCache(FakeClock(), most_bytes=20_000)
    cache.keep(KEY, replace(result(), passages=(one,)))
    assert cache.holds(KEY)
    cache.keep(replace(KEY, content="main/2"), replace(result(), passages=(joined,)))
    assert not cache.holds(replace(KEY, content="main/2"))
