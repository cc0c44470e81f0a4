"""How the ingest shows how it gets on."""

from __future__ import annotations

import pytest

from services.retrieval.documents import Progress
from services.retrieval.progress_meter import ProgressMeter
from tests.fakes.fake_clock import FakeClock


class Board:
    def __init__(self) -> None:
        self.posts: list[Progress] = []

    def post(self, progress: Progress) -> None:
        self.posts.append(progress)


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def meter(board: Board, clock: FakeClock) -> ProgressMeter:
    return ProgressMeter(board, clock)


def test_a_new_phase_is_shown_at_once(meter: ProgressMeter, board: Board) -> None:
    meter.enter("parsing", 10)
    meter.enter("embedding", 20)
    assert board.posts == [Progress("parsing", 0, 10, 0.0), Progress("embedding", 0, 20, 0.0)]


def test_it_posts_four_times_a_second_at_most(meter: ProgressMeter, board: Board, clock: FakeClock) -> None:
    meter.enter("embedding", 1000)
    for _ in range(100):
        clock.advance(0.01)
        meter.advance()
    assert 4 <= len(board.posts) <= 5
    assert board.posts[-1].done >= 75


def test_the_rate_is_that_of_the_last_seconds(meter: ProgressMeter, board: Board, clock: FakeClock) -> None:
    meter.enter("embedding", 10_000)
    for rate in (10, 50):
        for _ in range(20):
            clock.advance(1.0)
            meter.advance(rate)
        assert board.posts[-1].rate == pytest.approx(rate)


def test_a_phase_that_goes_on_keeps_its_count_and_takes_more(
    meter: ProgressMeter, board: Board, clock: FakeClock
) -> None:
    meter.enter("parsing", 2)
    clock.advance(1)
    meter.advance(2)
    meter.enter("parsing", 3)
    clock.advance(1)
    meter.advance()
    assert board.posts[-1] == Progress("parsing", 3, 5, 1.5)


def test_more_than_was_announced_raises_the_total(
    meter: ProgressMeter, board: Board, clock: FakeClock
) -> None:
    meter.enter("building", 2)
    clock.advance(1)
    meter.reach(3)
    assert (board.posts[-1].done, board.posts[-1].total) == (3, 3)


def test_being_idle_is_said_once(meter: ProgressMeter, board: Board, clock: FakeClock) -> None:
    for _ in range(5):
        meter.enter("idle")
        clock.advance(10)
    assert board.posts == [Progress("idle", 0, 0, 0.0)]
