"""Searches under way, for tests of the steps of a search."""

from __future__ import annotations

from libs.common.deadline import Deadline
from libs.common.manifest import Profile
from services.retrieval.found_passage import FoundPassage
from services.retrieval.passage import Passage
from services.retrieval.profiles import ChosenProfile
from services.retrieval.search_pages import Page
from services.retrieval.search_plan import plan_search
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_run import SearchRun
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_clock import FakeClock


def example_run(
    text: str = "radio",
    profile: Profile | None = None,
    *,
    k: int = 4,
    level: int = 0,
    seconds: float = 10.0,
    clock: FakeClock | None = None,
) -> SearchRun:
    """A search of a visitor of acme that has just begun."""
    profile, clock = profile or Profile(), clock or FakeClock()
    return SearchRun(
        SearchQuery(text),
        Condition(Visibility("acme", frozenset())),
        ChosenProfile("p", profile),
        plan_search(k, profile, level),
        Page(),
        Deadline.after(seconds, clock),
        clock,
    )


def held(found: FoundPassage) -> tuple[str, ...]:
    """The ids of the passages of the index that a found one holds: its parts, or itself."""
    return tuple(part.passage.passage_id for part in found.parts) or (found.passage.passage_id,)


def found(passage: Passage, score: float = 0.5, rerank: float | None = None) -> FoundPassage:
    """A candidate with a score."""
    return FoundPassage(passage, score, score, None, None, rerank=rerank)
