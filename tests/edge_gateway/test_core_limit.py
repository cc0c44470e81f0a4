"""A limit that the core's quickness moves."""

from __future__ import annotations

import pytest

from services.edge_gateway.core_limit import QUICK_SECONDS, SLOW_SECONDS, CoreLimit
from tests.fakes.fake_clock import FakeClock

KIND = "full"


def limit_of(clock: FakeClock, start: int = 20) -> CoreLimit:
    return CoreLimit(clock, start=start, most=40, least=4)


def test_it_rises_while_the_core_is_quick_and_the_limit_is_felt() -> None:
    limit = limit_of(FakeClock())
    for _ in range(100):
        limit.note(KIND, QUICK_SECONDS, limit.limit)
    assert limit.limit == 40


def test_it_stays_while_few_ask() -> None:
    limit = limit_of(FakeClock())
    limit.note(KIND, 0.01, 10)
    assert limit.limit == 20


def test_it_stays_while_the_core_is_neither_quick_nor_slow() -> None:
    limit = limit_of(FakeClock())
    limit.note(KIND, (QUICK_SECONDS + SLOW_SECONDS) / 2, 20)
    assert limit.limit == 20


def test_a_slow_core_is_given_less_than_was_under_way() -> None:
    limit = limit_of(FakeClock())
    limit.note(KIND, SLOW_SECONDS, 10)
    assert limit.limit == 7


def test_it_falls_once_for_all_that_was_under_way_then() -> None:
    clock = FakeClock()
    limit = limit_of(clock)
    limit.note(KIND, 0.5, 20)
    for waited in (0.5, 0.4, 0.6):
        clock.advance(0.01)
        limit.note(KIND, waited, 20)
    assert limit.limit == 14
    clock.advance(0.5)
    limit.note(KIND, 0.4, 20)
    assert limit.limit == 9


def test_a_refusal_lowers_it_however_quickly_it_came() -> None:
    limit = limit_of(FakeClock())
    limit.lower(0.001, 20)
    assert limit.limit == 14


@pytest.mark.parametrize("running", [0, 1, 3])
def test_a_few_may_always_ask_so_that_somebody_notices_when_the_core_is_back(running: int) -> None:
    clock = FakeClock()
    limit = limit_of(clock)
    for _ in range(20):
        limit.lower(0.0, running)
        clock.advance(1.0)
    assert limit.limit == 4
    for _ in range(3):
        limit.note(KIND, 0.01, 4)
    assert limit.limit == 7
