"""Progress as the serving processes see it."""

from __future__ import annotations

from services.retrieval.documents import Progress
from services.retrieval.ingest_status_sql import SILENT_SECONDS
from services.retrieval.progress_board_sql import SqlProgressBoard
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Connect, Documents


def test_what_is_posted_is_what_the_serving_process_tells(
    connect: Connect, store: Documents, clock: FakeClock
) -> None:
    board = SqlProgressBoard(connect(), "w1", clock)
    board.post(Progress("embedding", 64, 2038, 84.5))
    assert store.progress() == Progress("embedding", 64, 2038, 84.5)
    board.post(Progress())
    assert store.progress() == Progress()


def test_workers_in_the_same_phase_are_added_up(connect: Connect, store: Documents, clock: FakeClock) -> None:
    for worker, progress in (
        ("w1", Progress("embedding", 100, 1100, 50.0)),  # a thousand are left, for all of them together
        ("w2", Progress("embedding", 300, 1310, 40.0)),
        ("w3", Progress("parsing", 1, 2, 1.0)),
    ):
        SqlProgressBoard(connect(), worker, clock).post(progress)
    assert store.progress() == Progress("embedding", 400, 1410, 90.0)


def test_a_worker_that_has_fallen_silent_does_nothing(
    connect: Connect, store: Documents, clock: FakeClock
) -> None:
    SqlProgressBoard(connect(), "w1", clock).post(Progress("parsing", 1, 2, 1.0))
    clock.advance(SILENT_SECONDS + 1)
    assert store.progress() == Progress()
