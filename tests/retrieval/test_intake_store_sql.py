"""What the intake records."""

from __future__ import annotations

from typing import Any

import pytest

from services.retrieval.documents import DocumentHeader, document_id_of
from services.retrieval.ingest_queue_sql import SqlIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from tests.retrieval.conftest import FIRST, Documents, Look


def arrival(uri: str, content: str = "1", **header: object) -> Arrival:
    return Arrival(DocumentHeader(uri, "text/markdown", **header), content, 1)  # type: ignore[arg-type]


def test_each_batch_with_a_change_raises_the_revision_by_one(intake_store: SqlIntakeStore) -> None:
    assert intake_store.accepted_revision("acme") == 0
    assert intake_store.record("acme", "docs", [arrival("a"), arrival("b")]) == 2
    assert intake_store.accepted_revision("acme") == 1
    assert intake_store.record("acme", "docs", [arrival("a"), arrival("b")]) == 0
    assert intake_store.accepted_revision("acme") == 1
    assert intake_store.record("acme", "docs", [arrival("a"), arrival("b", "2")]) == 1
    assert intake_store.accepted_revision("acme") == 2


def test_a_tenant_is_told_the_revision_of_its_own_last_change(intake_store: SqlIntakeStore) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    other = Arrival(DocumentHeader("a", "text/markdown"), "1", 1)
    intake_store.record("other", "docs", [other])
    assert (intake_store.accepted_revision("acme"), intake_store.accepted_revision("other")) == (1, 2)


def test_removing_counts_as_a_change_only_if_something_was_there(intake_store: SqlIntakeStore) -> None:
    intake_store.record("acme", "docs", [arrival("a"), arrival("b")])
    present = {"a"}
    assert intake_store.remove_absent("acme", "docs", present) == 1
    assert intake_store.remove_absent("acme", "docs", present) == 0
    assert intake_store.accepted_revision("acme") == 2


def test_two_sources_with_the_same_path_have_a_document_each(
    intake_store: SqlIntakeStore, store: Documents
) -> None:
    intake_store.record("acme", "handbook", [arrival("index.md", "1")])
    assert intake_store.record("acme", "wiki", [arrival("index.md", "2")]) == 1
    assert intake_store.record("acme", "handbook", [arrival("index.md", "1")]) == 0
    found = store.list("acme", 10, FIRST, None)
    assert sorted((d.source_id, d.content_hash) for d in found) == [("handbook", "1"), ("wiki", "2")]
    assert {d.document_id for d in found} == {
        document_id_of("acme", source, "index.md") for source in ("handbook", "wiki")
    }
    assert intake_store.remove_absent("acme", "wiki", set()) == 1
    assert [d.source_id for d in store.list("acme", 10, FIRST, None)] == ["handbook"]


def test_a_document_from_before_sources_were_apart_keeps_its_id(
    intake_store: SqlIntakeStore, store: Documents, look: Look
) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    look.change("UPDATE documents SET document_id = 'd_old'")
    assert intake_store.record("acme", "docs", [arrival("a")]) == 0
    assert intake_store.record("acme", "docs", [arrival("a", "2")]) == 1
    assert [d.document_id for d in store.list("acme", 10, FIRST, None)] == ["d_old"]


@pytest.mark.parametrize(
    "metadata",
    [{"tags": ("a",)}, {"language": "en"}, {"product": "Hive"}, {"version": "2"}, {"title": "Bees"}],
)
def test_other_metadata_is_a_change(intake_store: SqlIntakeStore, metadata: dict[str, Any]) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    assert intake_store.record("acme", "docs", [arrival("a", **metadata)]) == 1
    assert intake_store.record("acme", "docs", [arrival("a", **metadata)]) == 0


@pytest.mark.parametrize(("retry", "again"), [(True, 1), (False, 0)])
def test_a_failed_document_is_tried_again_if_that_may_help(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, *, retry: bool, again: int
) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    (claimed,) = queue.claim(1)
    queue.settle(claimed, "failed", "Something went wrong.", retry=retry)
    assert intake_store.record("acme", "docs", [arrival("a")]) == again


def test_a_change_takes_back_what_was_said_about_the_document(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, store: Documents
) -> None:
    intake_store.record("acme", "docs", [arrival("a")])
    (claimed,) = queue.claim(1)
    queue.settle(claimed, "failed", "It is damaged.", retry=False)
    intake_store.record("acme", "docs", [arrival("a", "2", access=("staff",))])
    (document,) = store.list("acme", 10, FIRST, None)
    assert (document.state, document.reason, document.attempts, document.access) == (
        "pending",
        "",
        0,
        ("staff",),
    )
