"""Looking after documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.retrieval.document_metadata import Metadata
from services.retrieval.documents import DocumentHeader, Outcome, StateCounts, document_id_of
from services.retrieval.ingest_queue_sql import SqlIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from tests.retrieval.conftest import DIGEST, FIRST, Documents, Look


def record(intake_store: SqlIntakeStore, tenant: str, *uris: str) -> None:
    header = [DocumentHeader(uri, "text/markdown", "https://example.org/", ("a", "b")) for uri in uris]
    arrivals = [Arrival(h, "hash", 7) for h in header]
    intake_store.record(tenant, "docs", arrivals)


@pytest.fixture(autouse=True)
def documents(intake_store: SqlIntakeStore) -> None:
    record(intake_store, "acme", "b.md", "a.md", "d.md", "c.md")
    record(intake_store, "other", "a.md")


def test_documents_come_ordered_by_uri_page_by_page(store: Documents) -> None:
    first = store.list("acme", 3, FIRST, None)
    assert [document.uri for document in first] == ["a.md", "b.md", "c.md"]
    (last,) = store.list("acme", 3, (first[-1].uri, first[-1].document_id), None)
    assert last.uri == "d.md"
    assert store.list("acme", 3, (last.uri, last.document_id), None) == []


def test_a_list_can_be_narrowed_to_a_state(store: Documents, queue: SqlIngestQueue) -> None:
    claimed = queue.claim(1)[0]
    queue.settle(claimed, "skipped", "The document is empty.", retry=False)
    assert [d.reason for d in store.list("acme", 10, FIRST, "skipped")] == ["The document is empty."]
    assert len(store.list("acme", 10, FIRST, "pending")) == 3
    assert store.counts("acme") == StateCounts(pending=3, skipped=1)


def test_a_document_is_found_by_its_own_tenant_only(store: Documents) -> None:
    document_id = document_id_of("acme", "docs", "a.md")
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


def test_deleting_counts_what_was_there_and_raises_the_revision_once(store: Documents) -> None:
    before = store.accepted_revision("other")
    theirs = document_id_of("other", "docs", "a.md")
    ids = [document_id_of("acme", "docs", uri) for uri in ("a.md", "b.md", "never.md")]
    assert store.delete("acme", [*ids, theirs]) == Outcome(2, (ids[2], theirs))
    assert store.accepted_revision("acme") == before + 1
    assert store.accepted_revision("other") == before
    assert store.delete("acme", ids) == Outcome(0, tuple(ids))
    assert store.accepted_revision("acme") == before + 1
    assert store.counts("other").pending == 1


def test_an_unknown_tenant_has_nothing(store: Documents) -> None:
    assert store.list("nobody", 10, FIRST, None) == []
    assert store.counts("nobody") == StateCounts()
    assert store.accepted_revision("nobody") == 0


def test_it_may_be_asked_from_many_threads(store: Documents, intake_store: SqlIntakeStore) -> None:
    def use(number: int) -> int:
        record(intake_store, "busy", f"{number}.md")
        store.delete("busy", [document_id_of("busy", "docs", f"{number}.md")] if number % 2 else [])
        return len(store.list("busy", 100, FIRST, None))

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(use, range(40))) <= 40
    assert store.counts("busy").pending == 20


def test_a_document_shows_what_was_read_of_it(
    store: Documents, queue: SqlIngestQueue, intake_store: SqlIntakeStore
) -> None:
    header = DocumentHeader("z.md", "text/markdown", access=("a", "b"), tags=("given",), title="Given")
    arrival = Arrival(header, "hash", 7)
    intake_store.record("acme", "docs", [arrival])
    (claimed,) = [found for found in queue.claim(9) if found.uri == "z.md"]
    assert claimed.given == Metadata("Given", access=("a", "b"), tags=("given",))
    own = Metadata(
        "Own", "https://example.org/z", "2026-01-01T00:00:00Z", ("b",), ("bee",), "en", "Hive", "2"
    )
    queue.stage(claimed, own, [], DIGEST)
    found = store.get("acme", claimed.document_id)
    assert found is not None
    assert (found.title, found.url, found.updated_at) == (own.title, own.url, own.updated_at)
    assert (found.access, found.tags, found.language) == (("b",), ("bee",), "en")
    assert (found.product, found.version) == ("Hive", "2")


def test_a_reason_has_a_code(store: Documents, queue: SqlIngestQueue) -> None:
    claimed = queue.claim(1)[0]
    queue.settle(claimed, "skipped", "It is empty.", retry=False, code="empty")
    found = store.get(claimed.tenant, claimed.document_id)
    assert found is not None
    assert (found.reason, found.reason_code) == ("It is empty.", "empty")


def test_two_documents_of_one_uri_are_listed_one_after_the_other(
    store: Documents, intake_store: SqlIntakeStore
) -> None:
    intake_store.record("acme", "wiki", [Arrival(DocumentHeader("a.md", "text/markdown"), "other", 7)])
    pages, place = [], FIRST
    while page := store.list("acme", 1, place, None):
        pages.append((page[0].uri, page[0].source_id))
        place = page[0].uri, page[0].document_id
    assert sorted(pages) == [
        ("a.md", "docs"),
        ("a.md", "wiki"),
        ("b.md", "docs"),
        ("c.md", "docs"),
        ("d.md", "docs"),
    ]


def test_what_failed_or_was_skipped_is_read_again_on_demand(store: Documents, queue: SqlIngestQueue) -> None:
    failed, skipped, untouched, _ = (found for found in queue.claim(9) if found.tenant == "acme")
    queue.settle(failed, "failed", "It is damaged.", retry=False)
    queue.settle(skipped, "skipped", "It is empty.", retry=False)
    assert store.accepted_revision("acme") == 1
    ids = [failed.document_id, skipped.document_id, untouched.document_id, "d_unknown", "d_\0"]
    assert store.retry("acme", ids) == Outcome(2, ("d_unknown", "d_\0"))
    assert store.accepted_revision("acme") == 3  # 2 is the other tenant's
    again = store.get("acme", failed.document_id)
    assert again is not None
    assert (again.state, again.reason, again.attempts) == ("pending", "", 0)
    assert store.retry("other", [failed.document_id]) == Outcome(0, (failed.document_id,))


def test_an_indexed_document_is_not_read_again(store: Documents, look: Look) -> None:
    look.change("UPDATE documents SET state = 'indexed', waiting = 0")
    assert store.retry("acme", [document_id_of("acme", "docs", "a.md")]) == Outcome(0, ())
