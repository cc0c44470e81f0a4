from __future__ import annotations

from libs.common.adaptive_limit import WINDOW, AdaptiveLimit


def note(limit: AdaptiveLimit, seconds: float, windows: int = 1, running: int | None = None) -> None:
    for _ in range(windows * WINDOW):
        limit.note("full", seconds, limit.limit if running is None else running)


def test_the_limit_rises_while_work_takes_no_longer_than_at_its_quickest() -> None:
    limit = AdaptiveLimit(start=4)
    note(limit, 0.010, windows=5)
    assert limit.limit == 9


def test_the_limit_falls_when_work_waits_for_itself() -> None:
    limit = AdaptiveLimit(start=16)
    note(limit, 0.010)
    risen = limit.limit
    note(limit, 0.030, windows=3)
    assert limit.limit < risen


def test_the_limit_stays_within_its_bounds() -> None:
    limit = AdaptiveLimit(least=5, most=7, start=6)
    note(limit, 0.010, windows=20)
    assert limit.limit == 7
    for seconds in range(1, 8):
        note(limit, 0.010 * 40**seconds, windows=1)
    assert limit.limit == 5


def test_an_idle_server_does_not_raise_its_limit() -> None:
    limit = AdaptiveLimit(start=8)
    note(limit, 0.010, windows=10, running=1)
    assert limit.limit == 8


def test_a_cost_that_has_changed_for_good_becomes_the_new_measure() -> None:
    limit = AdaptiveLimit(start=8, least=2)
    note(limit, 0.010, windows=2)
    note(limit, 0.020, windows=60)
    assert limit.limit > 2


def test_each_class_of_work_has_its_own_quickest_time() -> None:
    limit = AdaptiveLimit(start=16)
    for _ in range(3 * WINDOW):
        limit.note("cheap", 0.001, 16)
        limit.note("full", 0.010, 16)
    assert limit.limit > 16
