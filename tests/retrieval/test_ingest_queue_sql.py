"""The queue between intake and worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from libs.common.clock import rfc3339
from services.retrieval.document_metadata import Metadata
from services.retrieval.documents import DocumentHeader, StateCounts
from services.retrieval.ingest_queue import (
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    RETRY_FACTOR,
    RETRY_SECONDS,
    ClaimedDocument,
    StagedPassage,
    Standing,
)
from services.retrieval.ingest_queue_sql import Claimant, SqlIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import DIGEST, FIRST, Connect, Documents, Look


def record(intake_store: SqlIntakeStore, *uris: str, content: str = "1", tenant: str = "acme") -> None:
    arrivals = [Arrival(DocumentHeader(uri, "text/markdown"), content, 1) for uri in uris]
    intake_store.record(tenant, "docs", arrivals)


def passages(*texts: str) -> list[StagedPassage]:
    return [
        StagedPassage(f"id-{text}", ("Above",), "here", text, 0, len(text), text.encode()) for text in texts
    ]


def uris(claimed: list[ClaimedDocument]) -> list[str]:
    return sorted(document.uri for document in claimed)


def test_documents_are_claimed_once_and_oldest_first(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue
) -> None:
    record(intake_store, "b.md")
    record(intake_store, "a.md", "c.md")
    assert uris(queue.claim(1)) == ["b.md"]
    assert uris(queue.claim(9)) == ["a.md", "c.md"]
    assert queue.claim(9) == []


def test_a_claim_ends_with_its_lease_and_comes_back_after_the_others(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, clock: FakeClock
) -> None:
    record(intake_store, "a.md")
    assert len(queue.claim(9)) == 1
    record(intake_store, "b.md")
    clock.advance(LEASE_SECONDS - 1)
    assert [(d.uri, d.attempts) for d in queue.claim(1)] == [("b.md", 1)]
    clock.advance(2)
    assert [(d.uri, d.attempts) for d in queue.claim(9)] == [("a.md", 2)]


def test_a_new_worker_frees_the_claims_of_a_dead_one_at_once(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue
) -> None:
    queue.adopt("recipe", 0)
    record(intake_store, "a.md", "b.md", "c.md")
    (dead,) = queue.claim(1)
    queue.adopt("recipe", 0)
    claimed = [document for _ in range(3) for document in queue.claim(1)]
    assert [document.attempts for document in claimed] == [1, 1, 2]
    assert claimed[-1].uri == dead.uri  # after the fresh ones


def test_several_workers_claim_each_document_once(
    intake_store: SqlIntakeStore, connect: Connect, clock: FakeClock
) -> None:
    record(intake_store, *(f"{number}.md" for number in range(40)))
    workers = [SqlIngestQueue(connect(), clock, Claimant(f"w{n}", alone=False)) for n in range(4)]
    for worker in workers:
        worker.adopt("", 0)

    def take(worker: SqlIngestQueue) -> list[str]:
        return [document.uri for _ in range(20) for document in worker.claim(1)]

    with ThreadPoolExecutor(4) as pool:
        taken = [uri for uris in pool.map(take, workers) for uri in uris]
    assert len(taken) == len(set(taken)) == 40


def test_a_worker_among_others_frees_nothing_as_it_begins(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, connect: Connect, clock: FakeClock
) -> None:
    record(intake_store, "a.md")
    assert len(queue.claim(9)) == 1
    second = SqlIngestQueue(connect(), clock, Claimant("w2", alone=False))
    second.adopt("", 0)
    assert second.claim(9) == []


def test_what_a_worker_reads_after_its_lease_counts_only_if_nobody_else_took_it(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, connect: Connect, clock: FakeClock, look: Look
) -> None:
    second = SqlIngestQueue(connect(), clock, Claimant("w2", alone=False))
    record(intake_store, "a.md")
    (slow,) = queue.claim(9)
    clock.advance(LEASE_SECONDS + 1)
    (quick,) = second.claim(9)
    assert not queue.stage(slow, Metadata("Slow"), passages("slow"), DIGEST)
    assert second.stage(quick, Metadata("Quick"), passages("quick"), DIGEST)
    queue.settle(slow, "failed", "Too late.", retry=False)
    assert look.one("SELECT title AS v FROM documents") == "Quick"


def test_a_worker_of_an_older_version_leaves_the_documents_to_its_successors(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, connect: Connect, clock: FakeClock
) -> None:
    queue.adopt("old", 0)
    record(intake_store, "a.md")
    newer = SqlIngestQueue(connect(), clock, Claimant("w2", alone=False))
    newer.adopt("new", 0)
    assert queue.claim(9) == []
    assert len(newer.claim(9)) == 1


def test_a_document_that_ends_its_worker_again_and_again_is_given_up_and_may_be_retried(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, store: Documents
) -> None:
    record(intake_store, "poison.md")
    for _ in range(MAX_ATTEMPTS):
        assert len(queue.claim(9)) == 1
        queue.adopt("", 0)
    record(intake_store, "innocent.md")
    assert uris(queue.claim(9)) == ["innocent.md"]
    (document,) = store.list("acme", 9, FIRST, "failed")
    assert (document.state, document.attempts, document.retryable) == ("failed", MAX_ATTEMPTS, True)
    assert document.reason.startswith("Reading it ended the ingest worker 5 times")
    assert store.retry("acme", [document.document_id]).done == 1
    assert uris(queue.claim(9)) == ["poison.md"]


def test_released_documents_were_not_tried(intake_store: SqlIntakeStore, queue: SqlIngestQueue) -> None:
    record(intake_store, "a.md", "b.md")
    queue.release(queue.claim(9))
    assert [document.attempts for document in queue.claim(9)] == [1, 1]


def test_a_staged_document_stays_pending_until_its_vectors_are_there(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    store: Documents,
    look: Look,
) -> None:
    record(intake_store, "a.md")
    (claimed,) = queue.claim(9)
    assert queue.stage(
        claimed, Metadata("Title", tags=("bee",), language="en"), passages("one", "two"), DIGEST
    )
    assert queue.claim(9) == []
    assert queue.standing() == Standing(accepted_revision=1, settled_revision=0, unread=0, unfinished=1)
    assert store.list("acme", 9, FIRST, None)[0].title == "Title"
    staged = look.rows("SELECT text, live FROM passages ORDER BY ordinal")
    assert [(row["text"], row["live"]) for row in staged] == [("one", 0), ("two", 0)]


def test_staging_a_newer_content_replaces_what_was_staged(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, look: Look
) -> None:
    record(intake_store, "a.md")
    (claimed,) = queue.claim(9)
    queue.stage(claimed, Metadata("Title"), passages("one", "two"), DIGEST)
    record(intake_store, "a.md", content="2")
    (claimed,) = queue.claim(9)
    queue.stage(claimed, Metadata("Title"), passages("three"), DIGEST)
    assert [row["text"] for row in look.rows("SELECT text FROM passages")] == ["three"]


def test_what_was_read_of_an_older_content_does_not_count(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    store: Documents,
    look: Look,
) -> None:
    record(intake_store, "a.md", "b.md", "gone.md")
    claimed = {document.uri: document for document in queue.claim(9)}
    record(intake_store, "a.md", "b.md", content="2")
    store.delete("acme", [claimed["gone.md"].document_id])
    assert not queue.stage(claimed["a.md"], Metadata("Old"), passages("old"), DIGEST)
    assert not queue.stage(claimed["gone.md"], Metadata("Old"), passages("old"), DIGEST)
    queue.settle(claimed["b.md"], "failed", "Old.", retry=False)
    assert look.one("SELECT count(*) AS v FROM passages") == 0
    assert store.counts("acme") == StateCounts(pending=2)
    assert uris(queue.claim(9)) == ["a.md", "b.md"]


def test_a_settled_document_loses_its_passages(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    store: Documents,
    look: Look,
) -> None:
    record(intake_store, "a.md")
    queue.stage(queue.claim(9)[0], Metadata("Title"), passages("one"), DIGEST)
    look.change("UPDATE passages SET live = 1")
    record(intake_store, "a.md", content="2")
    queue.settle(queue.claim(9)[0], "skipped", "The document is empty.", retry=False)
    assert look.one("SELECT count(*) AS v FROM passages") == 0
    (document,) = store.list("acme", 9, FIRST, None)
    assert (document.state, document.reason, document.passages) == ("skipped", "The document is empty.", 0)
    assert queue.standing() == Standing(2, 2, 0, 0)


def test_a_failure_that_may_pass_is_tried_again_after_growing_pauses(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    store: Documents,
    clock: FakeClock,
    look: Look,
) -> None:
    record(intake_store, "a.md")
    queue.stage(queue.claim(9)[0], Metadata("Title"), passages("one"), DIGEST)
    look.change("UPDATE passages SET live = 1")
    record(intake_store, "a.md", content="2")
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (claimed,) = queue.claim(9)
        assert claimed.attempts == attempt
        queue.settle(claimed, "failed", "Its content was lost.", retry=True)
        assert queue.claim(9) == []
        left = look.one("SELECT count(*) AS v FROM passages")
        assert left == (1 if attempt < MAX_ATTEMPTS else 0)
        clock.advance(RETRY_SECONDS * RETRY_FACTOR ** (attempt - 1) + 0.1)
    assert queue.claim(9) == []
    (document,) = store.list("acme", 9, FIRST, None)
    assert (document.state, document.retryable, document.attempts) == ("failed", True, MAX_ATTEMPTS)


def test_a_failure_counts_as_settled_and_its_recovery_as_a_new_change(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, store: Documents, clock: FakeClock
) -> None:
    record(intake_store, "a.md")
    queue.settle(queue.claim(9)[0], "failed", "Its content was lost.", retry=True)
    assert queue.standing().settled_revision == 1
    clock.advance(RETRY_SECONDS + 0.1)
    assert queue.stage(queue.claim(9)[0], Metadata("Title"), passages("one"), DIGEST)
    assert queue.standing() == Standing(accepted_revision=2, settled_revision=1, unread=0, unfinished=1)
    assert store.accepted_revision("acme") == 2


def test_a_document_shows_when_it_is_tried_again(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, store: Documents, clock: FakeClock
) -> None:
    record(intake_store, "a.md")
    assert store.list("acme", 9, FIRST, None)[0].next_attempt_at == ""
    queue.settle(queue.claim(9)[0], "failed", "Its content was lost.", retry=True, code="content_lost")
    (failed,) = store.list("acme", 9, FIRST, None)
    assert failed.next_attempt_at == rfc3339(clock.now() + RETRY_SECONDS)
    assert (failed.attempts, failed.reason_code, failed.retryable) == (1, "content_lost", True)
    assert store.retry("acme", [failed.document_id]).done == 1
    assert uris(queue.claim(9)) == ["a.md"]


def test_everything_before_the_oldest_unfinished_change_is_settled(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue
) -> None:
    assert queue.standing() == Standing(0, 0, 0, 0)
    for uri in ("a.md", "b.md", "c.md"):
        record(intake_store, uri)
    first = queue.claim(1)
    assert queue.standing() == Standing(3, 0, 3, 3)
    queue.settle(first[0], "skipped", "Empty.", retry=False)
    assert queue.standing() == Standing(3, 1, 2, 2)


def test_a_new_recipe_has_every_document_read_again(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, store: Documents
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
    intake_store: SqlIntakeStore, queue: SqlIngestQueue
) -> None:
    queue.adopt("recipe", 41)
    record(intake_store, "a.md")
    assert intake_store.accepted_revision("acme") == 42
    queue.adopt("recipe", 7)
    assert queue.standing().accepted_revision == 42
