"""Deadlines."""

from __future__ import annotations

import pytest

from libs.common.deadline import HOP_SECONDS, Deadline
from libs.common.errors import DeadlineExceeded
from tests.fakes.fake_clock import FakeClock


class Patience:
    """A context with so many seconds left."""

    def __init__(self, left: float | None) -> None:
        self._left = left

    def time_remaining(self) -> float | None:
        return self._left


def test_a_hop_keeps_a_little_of_the_callers_time_for_itself(clock: FakeClock) -> None:
    assert Deadline.inherited(Patience(1.0), 30.0, clock).left() == pytest.approx(1.0 - HOP_SECONDS)


@pytest.mark.parametrize("left", [None, 3600.0])
def test_nobody_waits_longer_than_the_service_itself_would(clock: FakeClock, left: float | None) -> None:
    assert Deadline.inherited(Patience(left), 5.0, clock).left() == pytest.approx(5.0)


def test_time_runs_out_on_the_monotonic_clock(clock: FakeClock) -> None:
    deadline = Deadline.after(2.0, clock)
    clock.advance(1.5)
    assert deadline.require("search") == pytest.approx(0.5)
    clock.advance(1.0)
    assert deadline.left() == pytest.approx(-0.5)
    with pytest.raises(DeadlineExceeded, match="search"):
        deadline.require("search")


def test_a_stage_that_cannot_finish_is_not_begun(clock: FakeClock) -> None:
    with pytest.raises(DeadlineExceeded, match="re-rank"):
        Deadline.after(0.05, clock).require("re-rank", seconds=0.1)


def test_a_caller_whose_time_is_up_gets_no_work_done(clock: FakeClock) -> None:
    with pytest.raises(DeadlineExceeded):
        Deadline.inherited(Patience(0.0), 30.0, clock).require("the search")
