from __future__ import annotations

import pytest

from libs.common.manifest import Profile
from services.retrieval.search_plan import REDUCED, SearchPlan, plan_search

PROFILE = Profile(k=8, prefetch=60)


@pytest.mark.parametrize("level", [0, 1])
def test_little_pressure_changes_nothing(level: int) -> None:
    assert plan_search(0, PROFILE, level) == SearchPlan(8, 60, True, ())


def test_more_pressure_halves_passages_and_candidates() -> None:
    assert plan_search(0, PROFILE, 2) == SearchPlan(4, 30, True, (REDUCED,))


def test_much_pressure_embeds_nothing() -> None:
    assert plan_search(0, PROFILE, 3) == SearchPlan(4, 30, False, (REDUCED,))


def test_one_passage_is_always_left() -> None:
    assert plan_search(1, Profile(prefetch=1), 2) == SearchPlan(1, 1, True, (REDUCED,))


def test_there_are_at_least_as_many_candidates_as_passages() -> None:
    assert plan_search(50, Profile(prefetch=10), 0).prefetch == 50
