"""The queue between intake and worker."""

from __future__ import annotations

import sqlite3

import pytest

from services.retrieval.document_metadata import Metadata
from services.retrieval.document_store_sqlite import SqliteDocumentStore
from services.retrieval.documents import DocumentHeader, StateCounts, document_id_of
from services.retrieval.ingest_queue import (
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    ClaimedDocument,
    StagedPassage,
    Standing,
)
from services.retrieval.ingest_queue_sqlite import RETRY_SECONDS, SqliteIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sqlite import SqliteIntakeStore
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Connect


@pytest.fixture
def rows(connect: Connect) -> sqlite3.Connection:
    return connect()


def record(intake_store: SqliteIntakeStore, *uris: str, content: str = "1", tenant: str = "acme") -> None:
    arrivals = [
        Arrival(document_id_of(tenant, uri), DocumentHeader(uri, "text/markdown"), content, 1) for uri in uris
    ]
    intake_store.record(tenant, "docs", arrivals)


def passages(*texts: str) -> list[StagedPassage]:
    return [
        StagedPassage(f"id-{text}", ("Above",), "here", text, 0, len(text), text.encode()) for text in texts
    ]


def uris(claimed: list[ClaimedDocument]) -> list[str]:
    return sorted(document.uri for document in claimed)


def test_documents_are_claimed_once_and_oldest_first(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue
) -> None:
    record(intake_store, "b.md")
    record(intake_store, "a.md", "c.md")
    assert uris(queue.claim(1)) == ["b.md"]
    assert uris(queue.claim(9)) == ["a.md", "c.md"]
    assert queue.claim(9) == []


def test_a_claim_ends_with_its_lease_and_comes_back_alone(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue, clock: FakeClock
) -> None:
    record(intake_store, "a.md", "b.md")
    assert len(queue.claim(9)) == 2
    clock.advance(LEASE_SECONDS + 1)
    (again,) = queue.claim(9)
    assert again.attempts == 2


def test_a_new_worker_frees_the_claims_of_a_dead_one_at_once(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue
) -> None:
    queue.adopt("recipe", 0)
    record(intake_store, "a.md", "b.md", "c.md")
    queue.claim(2)
    queue.adopt("recipe", 0)
    assert len(queue.claim(9)) == 1  # the fresh one first
    assert [len(queue.claim(9)), len(queue.claim(9)), len(queue.claim(9))] == [1, 1, 0]


def test_a_document_that_ends_its_worker_again_and_again_is_given_up(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue, store: SqliteDocumentStore
) -> None:
    record(intake_store, "poison.md")
    for _ in range(MAX_ATTEMPTS):
        assert len(queue.claim(9)) == 1
        queue.adopt("", 0)
    assert queue.claim(9) == []
    (document,) = store.list("acme", 9, "", None)
    assert (document.state, document.attempts, document.retryable) == ("failed", MAX_ATTEMPTS, False)
    assert document.reason.startswith("Reading it ended the ingest worker 3 times")


def test_released_documents_were_not_tried(intake_store: SqliteIntakeStore, queue: SqliteIngestQueue) -> None:
    record(intake_store, "a.md", "b.md")
    queue.release(queue.claim(9))
    assert [document.attempts for document in queue.claim(9)] == [1, 1]


def test_a_staged_document_stays_pending_until_its_vectors_are_there(
    intake_store: SqliteIntakeStore,
    queue: SqliteIngestQueue,
    store: SqliteDocumentStore,
    rows: sqlite3.Connection,
) -> None:
    record(intake_store, "a.md")
    (claimed,) = queue.claim(9)
    assert queue.stage(claimed, Metadata("Title", tags=("bee",), language="en"), passages("one", "two"))
    assert queue.claim(9) == []
    assert queue.standing() == Standing(accepted_revision=1, settled_revision=0, unread=0, unfinished=1)
    assert store.list("acme", 9, "", None)[0].title == "Title"
    staged = rows.execute("SELECT text, live FROM passages ORDER BY ordinal").fetchall()
    assert [tuple(row) for row in staged] == [("one", 0), ("two", 0)]


def test_staging_twice_keeps_the_second(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue, rows: sqlite3.Connection
) -> None:
    record(intake_store, "a.md")
    (claimed,) = queue.claim(9)
    queue.stage(claimed, Metadata("Title"), passages("one", "two"))
    queue.stage(claimed, Metadata("Title"), passages("three"))
    assert [row["text"] for row in rows.execute("SELECT text FROM passages")] == ["three"]


def test_what_was_read_of_an_older_content_does_not_count(
    intake_store: SqliteIntakeStore,
    queue: SqliteIngestQueue,
    store: SqliteDocumentStore,
    rows: sqlite3.Connection,
) -> None:
    record(intake_store, "a.md", "b.md", "gone.md")
    claimed = {document.uri: document for document in queue.claim(9)}
    record(intake_store, "a.md", "b.md", content="2")
    store.delete("acme", [claimed["gone.md"].document_id])
    assert not queue.stage(claimed["a.md"], Metadata("Old"), passages("old"))
    assert not queue.stage(claimed["gone.md"], Metadata("Old"), passages("old"))
    queue.settle(claimed["b.md"], "failed", "Old.", retry=False)
    assert rows.execute("SELECT count(*) FROM passages").fetchone()[0] == 0
    assert store.counts("acme") == StateCounts(pending=2)
    assert uris(queue.claim(9)) == ["a.md", "b.md"]


def test_a_settled_document_loses_its_passages(
    intake_store: SqliteIntakeStore,
    queue: SqliteIngestQueue,
    store: SqliteDocumentStore,
    rows: sqlite3.Connection,
) -> None:
    record(intake_store, "a.md")
    queue.stage(queue.claim(9)[0], Metadata("Title"), passages("one"))
    rows.execute("UPDATE passages SET live = 1")
    record(intake_store, "a.md", content="2")
    queue.settle(queue.claim(9)[0], "skipped", "The document is empty.", retry=False)
    assert rows.execute("SELECT count(*) FROM passages").fetchone()[0] == 0
    (document,) = store.list("acme", 9, "", None)
    assert (document.state, document.reason, document.passages) == ("skipped", "The document is empty.", 0)
    assert queue.standing() == Standing(2, 2, 0, 0)


def test_a_failure_that_may_pass_is_tried_again_after_growing_pauses(
    intake_store: SqliteIntakeStore,
    queue: SqliteIngestQueue,
    store: SqliteDocumentStore,
    clock: FakeClock,
    rows: sqlite3.Connection,
) -> None:
    record(intake_store, "a.md")
    queue.stage(queue.claim(9)[0], Metadata("Title"), passages("one"))
    rows.execute("UPDATE passages SET live = 1")
    record(intake_store, "a.md", content="2")
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (claimed,) = queue.claim(9)
        assert claimed.attempts == attempt
        queue.settle(claimed, "failed", "Its content was lost.", retry=True)
        assert queue.claim(9) == []
        left = rows.execute("SELECT count(*) FROM passages").fetchone()[0]
        assert left == (1 if attempt < MAX_ATTEMPTS else 0)
        clock.advance(RETRY_SECONDS * 2 ** (attempt - 1) + 0.1)
    assert queue.claim(9) == []
    (document,) = store.list("acme", 9, "", None)
    assert (document.state, document.retryable, document.attempts) == ("failed", True, MAX_ATTEMPTS)


def test_a_failure_counts_as_settled_and_its_recovery_as_a_new_change(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue, store: SqliteDocumentStore, clock: FakeClock
) -> None:
    record(intake_store, "a.md")
    queue.settle(queue.claim(9)[0], "failed", "Its content was lost.", retry=True)
    assert queue.standing().settled_revision == 1
    clock.advance(RETRY_SECONDS + 0.1)
    assert queue.stage(queue.claim(9)[0], Metadata("Title"), passages("one"))
    assert queue.standing() == Standing(accepted_revision=2, settled_revision=1, unread=0, unfinished=1)
    assert store.accepted_revision("acme") == 2


def test_everything_before_the_oldest_unfinished_change_is_settled(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue
) -> None:
    assert queue.standing() == Standing(0, 0, 0, 0)
    for uri in ("a.md", "b.md", "c.md"):
        record(intake_store, uri)
    first = queue.claim(1)
    assert queue.standing() == Standing(3, 0, 3, 3)
    queue.settle(first[0], "skipped", "Empty.", retry=False)
    assert queue.standing() == Standing(3, 1, 2, 2)


def test_a_new_recipe_has_every_document_read_again(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue, store: SqliteDocumentStore
) -> None:
    queue.adopt("first", 0)
    record(intake_store, "a.md", "b.md")
    for claimed in queue.claim(9):
        queue.settle(claimed, "failed", "The parser failed.", retry=False)
    queue.adopt("first", 0)
    assert queue.claim(9) == []
    queue.adopt("second", 0)
    assert store.accepted_revision("acme") == 2
    assert [document.attempts for document in queue.claim(9)] == [1, 1]


def test_the_accepted_revision_never_falls_below_what_is_published(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue
) -> None:
    queue.adopt("recipe", 41)
    record(intake_store, "a.md")
    assert intake_store.accepted_revision("acme") == 42
    queue.adopt("recipe", 7)
    assert queue.standing().accepted_revision == 42
