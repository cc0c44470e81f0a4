"""Progress as a worker shows it."""

from __future__ import annotations

from services.retrieval.documents import Progress
from services.retrieval.progress_board_sql import SqlProgressBoard
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Connect, Documents


def test_what_is_posted_is_what_the_serving_process_tells(
    connect: Connect, store: Documents, clock: FakeClock
) -> None:
    board = SqlProgressBoard(connect(), "w1", clock)
    board.post(Progress("embedding", 64, 2038, 84.5))
    assert store.progress() == Progress("embedding", 64, 2038, 84.5)
    board.post(Progress("building", 1, 2, 0.5))
    assert store.progress() == Progress("building", 1, 2, 0.5)


def test_a_worker_that_leaves_takes_only_its_own_word_along(
    connect: Connect, store: Documents, clock: FakeClock
) -> None:
    one, other = (SqlProgressBoard(connect(), worker, clock) for worker in ("w1", "w2"))
    one.post(Progress("embedding", 64, 2038, 84.5))
    other.post(Progress("parsing", 1, 2, 1.0))
    one.post(Progress())
    assert store.progress() == Progress("parsing", 1, 2, 1.0)
    other.post(Progress())
    assert store.progress() == Progress()
