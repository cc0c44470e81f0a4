from __future__ import annotations

import pytest

from libs.common.departure_pace import DeparturePace
from tests.fakes.fake_clock import FakeClock


def watched(clock: FakeClock, *apart: float) -> DeparturePace:
    """A queue in which something waits, and from which pieces have gone so far apart."""
    pace = DeparturePace(clock)
    pace.begin()
    for seconds in apart:
        clock.advance(seconds)
        pace.note()
    return pace


def test_nothing_is_said_while_nothing_waits() -> None:
    clock = FakeClock()
    pace = DeparturePace(clock)
    pace.note()
    clock.advance(5.0)
    assert pace.seconds(4) == 0.0


def test_the_pace_is_that_of_the_ends() -> None:
    assert watched(FakeClock(), 0.1, 0.1, 0.1).seconds(4) == pytest.approx(0.1)


def test_a_machine_that_becomes_slower_shows_within_a_few_ends() -> None:
    assert watched(FakeClock(), *[0.01] * 20, *[0.1] * 8).seconds(4) > 0.08


def test_a_silence_counts_before_the_first_end() -> None:
    clock = FakeClock()
    pace = watched(clock)
    clock.advance(2.0)
    assert pace.seconds(4) == pytest.approx(0.5)


def test_what_is_known_outlives_a_moment_without_a_queue() -> None:
    """Otherwise each time that the queue runs empty as much is let in as before anything was known."""
    clock = FakeClock()
    pace = watched(clock, 0.1, 0.1)
    pace.end()
    assert pace.seconds(4) == 0.0
    clock.advance(0.01)
    pace.begin()
    assert pace.seconds(4) == pytest.approx(0.1, rel=0.02)


def test_what_is_known_is_forgotten_in_a_longer_calm() -> None:
    clock = FakeClock()
    pace = watched(clock, 3.0, 3.0)
    pace.end()
    clock.advance(20.0)
    pace.begin()
    assert pace.seconds(4) < 0.001
