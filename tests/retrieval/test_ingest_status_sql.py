"""How far the ingest has come, as the serving processes see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.retrieval.documents import Backlog, DocumentHeader, Phase, Progress, StateCounts
from services.retrieval.ingest_queue_sql import SqlIngestQueue
from services.retrieval.ingest_status_sql import SILENT_SECONDS, SqlIngestStatus
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.progress_board_sql import SqlProgressBoard
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Connect

Record = Callable[..., None]
Work = Callable[..., None]


@pytest.fixture
def status(connect: Connect, clock: FakeClock) -> SqlIngestStatus:
    return SqlIngestStatus(connect(), clock)


@pytest.fixture
def record(intake_store: SqlIntakeStore) -> Record:
    """Takes documents of a tenant in."""

    def take_in(tenant: str, *uris: str) -> None:
        intake_store.record(
            tenant, "docs", [Arrival(DocumentHeader(uri, "text/plain"), uri, 7) for uri in uris]
        )

    return take_in


@pytest.fixture
def work(connect: Connect, clock: FakeClock) -> Work:
    """Has a worker say what it does."""

    def post(worker: str, phase: Phase, done: int = 0, total: int = 0, rate: float = 0.0) -> None:
        SqlProgressBoard(connect(), worker, clock).post(Progress(phase, done, total, rate))

    return post


def test_documents_are_counted_by_state_and_tenant(
    status: SqlIngestStatus, record: Record, queue: SqlIngestQueue
) -> None:
    record("acme", "a.md", "b.md", "c.md")
    record("other", "a.md")
    for claimed in queue.claim(9):
        if claimed.uri == "b.md":
            queue.settle(claimed, "skipped", "It is empty.", retry=False)
        if claimed.uri == "c.md":
            queue.settle(claimed, "failed", "It is damaged.", retry=False)

    assert status.counts("acme") == StateCounts(pending=1, skipped=1, failed=1)
    assert status.counts("other") == StateCounts(pending=1)
    assert status.counts("nobody") == StateCounts()


def test_each_change_of_a_tenant_raises_its_revision_and_no_other(
    status: SqlIngestStatus, record: Record
) -> None:
    record("acme", "a.md")
    before = status.accepted_revision("acme")
    record("other", "a.md")
    assert (before, status.accepted_revision("acme")) == (1, 1)
    record("acme", "b.md")

    assert status.accepted_revision("acme") > before
    assert status.accepted_revision("nobody") == 0


def test_the_backlog_tells_since_when_the_oldest_waits(
    status: SqlIngestStatus, record: Record, queue: SqlIngestQueue, clock: FakeClock
) -> None:
    first = clock.now()
    record("acme", "a.md", "b.md")
    record("other", "a.md")
    clock.advance(60)
    record("acme", "late.md")
    assert status.backlog() == Backlog(StateCounts(pending=4), first)

    for claimed in queue.claim(3):
        queue.settle(claimed, "skipped", "It is empty.", retry=False)
    assert status.backlog() == Backlog(StateCounts(pending=1, skipped=3), first + 60)
    for claimed in queue.claim(1):
        queue.settle(claimed, "skipped", "It is empty.", retry=False)
    assert status.backlog().oldest_pending is None


def test_before_a_worker_was_there_nothing_is_under_way(status: SqlIngestStatus) -> None:
    assert status.progress() == Progress("", 0, 0, 0.0)


def test_workers_in_the_same_phase_are_added_up(status: SqlIngestStatus, work: Work) -> None:
    work("w1", "embedding", 100, 1100, 50.0)  # a thousand are left, for all of them together
    work("w2", "embedding", 300, 1310, 40.0)

    assert status.progress() == Progress("embedding", 400, 1410, 90.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [("embedding", "parsing"), ("building", "embedding"), ("publishing", "building"), ("parsing", "idle")],
)
def test_the_phase_nearest_to_the_end_is_what_is_told(
    status: SqlIngestStatus, work: Work, one: Phase, other: Phase
) -> None:
    work("w1", other, 1, 2, 1.0)
    work("w2", one, 3, 4, 5.0)

    assert status.progress() == Progress(one, 3, 4, 5.0)


def test_a_worker_that_has_fallen_silent_does_nothing(
    status: SqlIngestStatus, work: Work, clock: FakeClock
) -> None:
    work("w1", "embedding", 1, 2, 1.0)
    clock.advance(SILENT_SECONDS)
    work("w2", "parsing", 3, 4, 5.0)
    assert status.progress().phase == "embedding"

    clock.advance(1)
    assert status.progress() == Progress("parsing", 3, 4, 5.0)
