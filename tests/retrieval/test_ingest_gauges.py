"""The backlog as metrics."""

from __future__ import annotations

from libs.common.errors import DependencyUnavailable
from libs.common.metrics import REGISTRY
from services.retrieval.documents import Backlog, DocumentHeader, Progress, StateCounts
from services.retrieval.ingest_gauges import IngestGauges
from services.retrieval.ingest_queue_sql import SqlIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Documents


def seen() -> dict[str, float | None]:
    by_state = {
        state: REGISTRY.get_sample_value("causeway_documents", {"state": state})
        for state in ("pending", "indexed", "skipped", "failed")
    }
    return by_state | {
        "depth": REGISTRY.get_sample_value("causeway_queue_depth", {"queue": "ingest"}),
        "age": REGISTRY.get_sample_value("causeway_ingest_oldest_pending_seconds"),
    }


async def test_the_gauges_follow_the_backlog(
    store: Documents, intake_store: SqlIntakeStore, queue: SqlIngestQueue, clock: FakeClock
) -> None:
    gauges = IngestGauges(store, clock)
    headers = [DocumentHeader(f"{number}.md", "text/markdown") for number in range(3)]
    intake_store.record("acme", "docs", [Arrival(header, "1", 1) for header in headers])
    queue.settle(queue.claim(1)[0], "skipped", "It is empty.", retry=False)
    clock.advance(90)
    await gauges.refresh()
    assert seen() == {"pending": 2, "indexed": 0, "skipped": 1, "failed": 0, "depth": 2, "age": 90}
    for claimed in queue.claim(9):
        queue.settle(claimed, "failed", "It is damaged.", retry=False)
    await gauges.refresh()
    assert seen() == {"pending": 0, "indexed": 0, "skipped": 1, "failed": 2, "depth": 0, "age": 0}


class Away:
    """A database that cannot be read."""

    def counts(self, tenant: str) -> StateCounts:
        raise DependencyUnavailable("It is away.")

    def progress(self) -> Progress:
        raise DependencyUnavailable("It is away.")

    def accepted_revision(self, tenant: str) -> int:
        raise DependencyUnavailable("It is away.")

    def backlog(self) -> Backlog:
        raise DependencyUnavailable("It is away.")


async def test_while_the_database_is_away_they_stay(clock: FakeClock) -> None:
    before = seen()
    await IngestGauges(Away(), clock).refresh()
    assert seen() == before
