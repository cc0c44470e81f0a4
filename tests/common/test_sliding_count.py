"""A sliding count agrees with one that remembers every event."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.sliding_count import SlidingCount

pauses = st.lists(st.floats(0.0, 3.0) | st.sampled_from([0.0, 0.1, 1.0]), max_size=60)


@given(pauses=pauses, slots=st.integers(2, 12), wait=st.floats(0.0, 3.0))
def test_it_counts_what_happened_in_the_last_while(pauses: list[float], slots: int, wait: float) -> None:
    counted, now, times = SlidingCount(1.0, slots), 1000.0, []
    for pause in pauses:
        now += pause
        times.append(now)
        counted.add(now)
    now += wait
    width = 1.0 / slots
    surely = sum(now - at < 1.0 - width - 1e-6 for at in times)
    perhaps = sum(now - at < 1.0 + 1e-6 for at in times)
    assert surely <= counted.total(now) <= perhaps


@given(pauses=pauses)
def test_it_is_as_if_it_had_been_looked_at_all_the_time(pauses: list[float]) -> None:
    watched, left_alone, now = SlidingCount(1.0, 10), SlidingCount(1.0, 10), 5.0
    for number, pause in enumerate(pauses):
        now += pause
        watched.total(now)
        watched.recent(now, 3)
        if number % 3:
            watched.add(now)
            left_alone.add(now)
    assert watched.total(now) == left_alone.total(now)
    assert watched.recent(now, 3) == left_alone.recent(now, 3)


def test_an_even_rate_looks_alike_in_the_last_slots_and_in_the_whole() -> None:
    counted, now = SlidingCount(1.0, 10), 0.0
    for number in range(3000):
        now = number / 1000
        counted.add(now)
    assert counted.recent(now, 3) == pytest.approx(1000, rel=0.02)
    assert 900 <= counted.total(now) <= 1000


def test_what_has_ended_is_gone_from_the_last_slots_before_it_is_gone_from_the_whole() -> None:
    counted = SlidingCount(1.0, 10)
    for number in range(1000):
        counted.add(number / 1000)
    assert counted.recent(1.35, 3) == 0.0
    assert counted.total(1.35) > 500
    assert counted.total(2.05) == 0


def test_a_clock_that_stands_still_or_goes_back_loses_nothing() -> None:
    counted = SlidingCount(1.0, 10)
    for now in (7.0, 7.0, 6.0):
        counted.add(now)
    assert counted.total(6.5) == counted.total(7.0) == 3
    assert counted.recent(6.5, 2) == 30.0


def test_its_memory_does_not_grow() -> None:
    counted = SlidingCount(1.0, 10)
    for number in range(10_000):
        counted.add(number / 100)
    assert len(counted._counts) == 10
