"""What the intake records."""

from __future__ import annotations

from typing import Any

import pytest

from services.retrieval.document_store_sqlite import SqliteDocumentStore
from services.retrieval.documents import DocumentHeader, document_id_of
from services.retrieval.ingest_queue_sqlite import SqliteIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sqlite import SqliteIntakeStore


def arrival(uri: str, content: str = "1", **header: object) -> Arrival:
    return Arrival(document_id_of("acme", uri), DocumentHeader(uri, "text/markdown", **header), content, 1)  # type: ignore[arg-type]


def test_each_batch_with_a_change_raises_the_revision_by_one(intake_store: SqliteIntakeStore) -> None:
    assert intake_store.accepted_revision("acme") == 0
    assert intake_store.record("acme", "docs", [arrival("a"), arrival("b")]) == 2
    assert intake_store.accepted_revision("acme") == 1
    assert intake_store.record("acme", "docs", [arrival("a"), arrival("b")]) == 0
    assert intake_store.accepted_revision("acme") == 1
    assert intake_store.record("acme", "docs", [arrival("a"), arrival("b", "2")]) == 1
    assert intake_store.accepted_revision("acme") == 2


def test_a_tenant_is_told_the_revision_of_its_own_last_change(intake_store: SqliteIntakeStore) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    other = Arrival(document_id_of("other", "a"), DocumentHeader("a", "text/markdown"), "1", 1)
    intake_store.record("other", "docs", [other])
    assert (intake_store.accepted_revision("acme"), intake_store.accepted_revision("other")) == (1, 2)


def test_removing_counts_as_a_change_only_if_something_was_there(intake_store: SqliteIntakeStore) -> None:
    intake_store.record("acme", "docs", [arrival("a"), arrival("b")])
    present = {document_id_of("acme", "a")}
    assert intake_store.remove_absent("acme", "docs", present) == 1
    assert intake_store.remove_absent("acme", "docs", present) == 0
    assert intake_store.accepted_revision("acme") == 2


def test_a_document_may_move_to_another_source(
    intake_store: SqliteIntakeStore, store: SqliteDocumentStore
) -> None:
    intake_store.record("acme", "old", [arrival("a")])
    assert intake_store.record("acme", "new", [arrival("a")]) == 0
    assert intake_store.remove_absent("acme", "old", set()) == 0
    assert store.list("acme", 10, "", None)[0].source_id == "new"


@pytest.mark.parametrize(
    "metadata",
    [{"tags": ("a",)}, {"language": "en"}, {"product": "Hive"}, {"version": "2"}, {"title": "Bees"}],
)
def test_other_metadata_is_a_change(intake_store: SqliteIntakeStore, metadata: dict[str, Any]) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    assert intake_store.record("acme", "docs", [arrival("a", **metadata)]) == 1
    assert intake_store.record("acme", "docs", [arrival("a", **metadata)]) == 0


@pytest.mark.parametrize(("retry", "again"), [(True, 1), (False, 0)])
def test_a_failed_document_is_tried_again_if_that_may_help(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue, *, retry: bool, again: int
) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    (claimed,) = queue.claim(1)
    queue.settle(claimed, "failed", "Something went wrong.", retry=retry)
    assert intake_store.record("acme", "docs", [arrival("a")]) == again


def test_a_change_takes_back_what_was_said_about_the_document(
    intake_store: SqliteIntakeStore, queue: SqliteIngestQueue, store: SqliteDocumentStore
) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    (claimed,) = queue.claim(1)
    queue.settle(claimed, "failed", "It is damaged.", retry=False)
    intake_store.record("acme", "docs", [arrival("a", "2", access=("staff",))])
    (document,) = store.list("acme", 10, "", None)
    assert (document.state, document.reason, document.attempts, document.access) == (
        "pending",
        "",
        0,
        ("staff",),
    )
