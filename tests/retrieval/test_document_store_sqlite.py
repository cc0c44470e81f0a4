"""Looking after documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.retrieval.document_metadata import Metadata
from services.retrieval.document_store_sqlite import SqliteDocumentStore
from services.retrieval.documents import DocumentHeader, Progress, StateCounts, document_id_of
from services.retrieval.ingest_queue_sqlite import SqliteIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sqlite import SqliteIntakeStore


def record(intake_store: SqliteIntakeStore, tenant: str, *uris: str) -> None:
    header = [DocumentHeader(uri, "text/markdown", "https://example.org/", ("a", "b")) for uri in uris]
    arrivals = [Arrival(document_id_of(tenant, h.uri), h, "hash", 7) for h in header]
    intake_store.record(tenant, "docs", arrivals)


@pytest.fixture(autouse=True)
def documents(intake_store: SqliteIntakeStore) -> None:
    record(intake_store, "acme", "b.md", "a.md", "d.md", "c.md")
    record(intake_store, "other", "a.md")


def test_documents_come_ordered_by_uri_page_by_page(store: SqliteDocumentStore) -> None:
    first = store.list("acme", 3, "", None)
    assert [document.uri for document in first] == ["a.md", "b.md", "c.md"]
    assert [document.uri for document in store.list("acme", 3, first[-1].uri, None)] == ["d.md"]
    assert store.list("acme", 3, "d.md", None) == []


def test_a_list_can_be_narrowed_to_a_state(store: SqliteDocumentStore, queue: SqliteIngestQueue) -> None:
    claimed = queue.claim(1)[0]
    queue.settle(claimed, "skipped", "The document is empty.", retry=False)
    assert [d.reason for d in store.list("acme", 10, "", "skipped")] == ["The document is empty."]
    assert len(store.list("acme", 10, "", "pending")) == 3
    assert store.counts("acme") == StateCounts(pending=3, skipped=1)


def test_a_document_is_found_by_its_own_tenant_only(store: SqliteDocumentStore) -> None:
    document_id = document_id_of("acme", "a.md")
    found = store.get("acme", document_id)
    assert found is not None
    assert (found.tenant, found.url, found.access, found.size_bytes) == (
        "acme",
        "https://example.org/",
        ("a", "b"),
        7,
    )
    assert store.get("other", document_id) is None
    assert store.get("acme", "d_unknown") is None


def test_deleting_counts_what_was_there_and_raises_the_revision_once(store: SqliteDocumentStore) -> None:
    before = store.accepted_revision("other")
    ids = [document_id_of("acme", uri) for uri in ("a.md", "b.md", "never.md")]
    assert store.delete("acme", [*ids, document_id_of("other", "a.md")]) == 2
    assert store.accepted_revision("acme") == before + 1
    assert store.accepted_revision("other") == before
    assert store.delete("acme", ids) == 0
    assert store.accepted_revision("acme") == before + 1
    assert store.counts("other").pending == 1


def test_progress_is_empty_before_a_worker_was_there(store: SqliteDocumentStore) -> None:
    assert store.progress() == Progress("", 0, 0, 0.0)


def test_an_unknown_tenant_has_nothing(store: SqliteDocumentStore) -> None:
    assert store.list("nobody", 10, "", None) == []
    assert store.counts("nobody") == StateCounts()
    assert store.accepted_revision("nobody") == 0


def test_it_may_be_asked_from_many_threads(
    store: SqliteDocumentStore, intake_store: SqliteIntakeStore
) -> None:
    def use(number: int) -> int:
        record(intake_store, "busy", f"{number}.md")
        store.delete("busy", [document_id_of("busy", f"{number}.md")] if number % 2 else [])
        return len(store.list("busy", 100, "", None))

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(use, range(40))) <= 40
    assert store.counts("busy").pending == 20


def test_a_document_shows_what_was_read_of_it(
    store: SqliteDocumentStore, queue: SqliteIngestQueue, intake_store: SqliteIntakeStore
) -> None:
    header = DocumentHeader("z.md", "text/markdown", access=("a", "b"), tags=("given",), title="Given")
    arrival = Arrival(document_id_of("acme", "z.md"), header, "hash", 7)
    intake_store.record("acme", "docs", [arrival])
    (claimed,) = [found for found in queue.claim(9) if found.uri == "z.md"]
    assert claimed.given == Metadata("Given", access=("a", "b"), tags=("given",))
    own = Metadata(
        "Own", "https://example.org/z", "2026-01-01T00:00:00Z", ("b",), ("bee",), "en", "Hive", "2"
    )
    queue.stage(claimed, own, [])
    found = store.get("acme", claimed.document_id)
    assert found is not None
    assert (found.title, found.url, found.updated_at) == (own.title, own.url, own.updated_at)
    assert (found.access, found.tags, found.language) == (("b",), ("bee",), "en")
    assert (found.product, found.version) == ("Hive", "2")


def test_a_reason_has_a_code(store: SqliteDocumentStore, queue: SqliteIngestQueue) -> None:
    claimed = queue.claim(1)[0]
    queue.settle(claimed, "skipped", "It is empty.", retry=False, code="empty")
    found = store.get(claimed.tenant, claimed.document_id)
    assert found is not None
    assert (found.reason, found.reason_code) == ("It is empty.", "empty")
