from __future__ import annotations

from dataclasses import replace

import pytest

from libs.common.manifest import Profile
from services.retrieval.found_passage import FoundPassage
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
    cache = ResultCache(FakeClock(), most_bytes=11_000)
    keys = [replace(KEY, query=SearchQuery(f"radio {n}")) for n in range(5)]
    for key in keys:
        cache.keep(key, result("x" * 1000))
    assert [cache.get(key) is not None for key in keys] == [False, False, True, True, True]
    cache.keep(KEY, result("x" * 20_000))
    assert cache.get(KEY) is None
