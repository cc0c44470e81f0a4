from __future__ import annotations

import pytest

from libs.common.pressure import CALM_SECONDS, Pressure, Thresholds
from tests.fakes.fake_clock import FakeClock


def pressure(clock: FakeClock) -> Pressure:
    return Pressure(Thresholds((0.02, 0.04, 0.08, 0.15)), clock)


@pytest.mark.parametrize(
    ("wait", "level"), [(0.0, 0), (0.019, 0), (0.02, 1), (0.05, 2), (0.149, 3), (0.15, 4), (9.0, 4)]
)
def test_the_level_is_how_many_thresholds_the_wait_has_reached(wait: float, level: int) -> None:
    assert pressure(FakeClock()).level(wait) == level


def test_a_level_is_kept_while_the_wait_is_just_below_its_threshold() -> None:
    clock = FakeClock()
    seen = pressure(clock)
    seen.level(0.05)
    for _ in range(10):
        clock.advance(CALM_SECONDS)
        assert seen.level(0.025) == 2


def test_after_a_calm_the_levels_are_left_one_by_one() -> None:
    clock = FakeClock()
    seen = pressure(clock)
    levels = [seen.level(0.2), seen.level(0.0)]
    for _ in range(5):
        clock.advance(CALM_SECONDS)
        levels.append(seen.level(0.0))
    assert levels == [4, 4, 3, 2, 1, 0, 0]


def test_a_calm_that_is_broken_begins_anew() -> None:
    clock = FakeClock()
    seen = pressure(clock)
    seen.level(0.05)
    for wait in (0.0, 0.03, 0.0):
        clock.advance(CALM_SECONDS * 0.9)
        assert seen.level(wait) == 2
