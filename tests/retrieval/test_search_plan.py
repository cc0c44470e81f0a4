from __future__ import annotations

import pytest

from libs.common.manifest import Profile
from services.retrieval.search_plan import REDUCED, SearchPlan, plan_search

PROFILE = Profile(k=8, prefetch=60)


@pytest.mark.parametrize("level", [0, 1])
def test_little_pressure_changes_nothing(level: int) -> None:
    assert plan_search(0, PROFILE, level) == SearchPlan(8, 60, True, (), level)


def test_more_pressure_halves_passages_and_candidates() -> None:
    assert plan_search(0, PROFILE, 2) == SearchPlan(4, 30, True, (REDUCED,), 2)


def test_much_pressure_embeds_nothing() -> None:
    assert plan_search(0, PROFILE, 3) == SearchPlan(4, 30, False, (REDUCED,), 3)


def test_one_passage_is_always_left() -> None:
    assert plan_search(1, Profile(prefetch=1), 2) == SearchPlan(1, 2, True, (REDUCED,), 2)


def test_there_is_at_least_one_candidate_more_than_passages() -> None:
    assert plan_search(50, Profile(prefetch=10), 0).prefetch == 51


def test_a_later_page_takes_its_candidates_from_beyond_the_earlier_ones() -> None:
    assert plan_search(8, PROFILE, 0, offset=40).prefetch == 60
    assert plan_search(8, PROFILE, 0, offset=400).prefetch == 409


def test_the_pages_of_a_search_end_after_500_passages() -> None:
    assert plan_search(50, PROFILE, 0, offset=470).k == 30
