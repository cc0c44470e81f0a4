from __future__ import annotations

import pytest

from libs.common.pressure import CALM_SECONDS, PRESSURE_KEY, Pressure, Thresholds, told_level
from tests.fakes.fake_clock import FakeClock


def pressure(clock: FakeClock) -> Pressure:
    return Pressure(Thresholds((0.02, 0.04, 0.08, 0.15)), clock)


@pytest.mark.parametrize(
    ("wait", "level"), [(0.0, 0), (0.019, 0), (0.02, 1), (0.05, 2), (0.149, 3), (0.15, 4), (9.0, 4)]
)
def test_the_level_is_how_many_thresholds_the_wait_has_reached(wait: float, level: int) -> None:
    assert pressure(FakeClock()).level([wait] * 4) == level


def test_a_level_is_kept_while_the_wait_is_just_below_its_threshold() -> None:
    clock = FakeClock()
    seen = pressure(clock)
    seen.level([0.05] * 4)
    for _ in range(10):
        clock.advance(CALM_SECONDS)
        assert seen.level([0.025] * 4) == 2


def test_after_a_calm_the_levels_are_left_one_by_one() -> None:
    clock = FakeClock()
    seen = pressure(clock)
    levels = [seen.level([0.2] * 4), seen.level([0.0] * 4)]
    for _ in range(5):
        clock.advance(CALM_SECONDS)
        levels.append(seen.level([0.0] * 4))
    assert levels == [4, 4, 3, 2, 1, 0, 0]


def test_a_calm_that_is_broken_begins_anew() -> None:
    clock = FakeClock()
    seen = pressure(clock)
    seen.level([0.05] * 4)
    for wait in (0.0, 0.03, 0.0):
        clock.advance(CALM_SECONDS * 0.9)
        assert seen.level([wait] * 4) == 2


def test_thresholds_can_be_given_in_milliseconds() -> None:
    assert Thresholds.of_ms((100.0, 250.0, 500.0, 1000.0)) == Thresholds((0.1, 0.25, 0.5, 1.0))


@pytest.mark.parametrize("level", range(5))
def test_a_level_that_is_told_is_read(level: int) -> None:
    assert told_level([("authorization", "Bearer x"), (PRESSURE_KEY, str(level))]) == level


@pytest.mark.parametrize("told", ["", "5", "-1", "03", "3.0", "two", "٣", b"3"])
def test_what_is_no_level_is_none(told: str | bytes) -> None:
    assert told_level([(PRESSURE_KEY, told)]) == 0


def test_a_level_that_is_told_twice_is_not_believed() -> None:
    assert told_level([(PRESSURE_KEY, "3"), (PRESSURE_KEY, "1")]) == 0
    assert told_level(()) == 0


@pytest.mark.parametrize(
    ("waits", "level"),
    [
        ((0.2, 0.01, 0.01, 0.005), 1),
        ((0.2, 0.05, 0.05, 0.02), 2),
        ((0.2, 0.1, 0.1, 0.02), 3),
        ((0.2, 0.2, 0.2, 0.2), 4),
        ((0.01, 0.01, 0.01, 0.005), 0),
    ],
)
def test_the_level_rises_as_far_as_cheaper_work_needs_it(
    waits: tuple[float, float, float, float], level: int
) -> None:
    assert pressure(FakeClock()).level(waits) == level


def test_a_level_is_kept_while_the_dearer_work_of_the_one_below_would_wait() -> None:
    clock = FakeClock()
    seen = pressure(clock)
    assert seen.level([0.1, 0.001, 0.001, 0.001]) == 1
    for wait, level in ((0.012, 1), (0.009, 1), (0.009, 0)):
        clock.advance(CALM_SECONDS)
        assert seen.level([wait, 0.001, 0.001, 0.001]) == level
