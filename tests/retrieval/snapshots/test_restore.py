"""A snapshot takes the place of what a tenant had: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from libs.common.errors import Conflict
from services.retrieval.snapshots.restore import restore
from tests.fakes.fake_snapshot_store import FakeSnapshotStore
from tests.retrieval.snapshots.example_snapshot import PASSAGES, records, snapshot, taken_in

OURS = {passage.passage_id for passage in PASSAGES if passage.tenant == "acme"}


async def test_the_stored_documents_and_passages_are_the_snapshots(tmp_path: Path) -> None:
    store = FakeSnapshotStore(revision=7)
    async with taken_in(await snapshot(), tmp_path) as upload:
        revision = await restore(upload, store, "acme")

    assert revision == 8
    assert store.held == sorted(records(), key=lambda document: document.document_id)
    assert {entry.passage.passage_id for entry in store.restored or ()} == OURS


async def test_the_log_says_what_is_restored_and_at_which_revision(tmp_path: Path) -> None:
    async with taken_in(await snapshot(), tmp_path) as upload:
        with capture_logs() as logs:
            await restore(upload, FakeSnapshotStore(revision=7), "acme")

    (told,) = logs
    assert (told["event"], told["tenant_id"], told["revision"]) == ("snapshot_restored", "acme", 8)
    assert (told["passages"], told["documents"], told["root"]) == (60, 7, upload.totals.root)


async def test_a_snapshot_that_is_refused_changes_nothing_and_is_not_logged(tmp_path: Path) -> None:
    lacking = FakeSnapshotStore(records()[1:])
    store = FakeSnapshotStore(revision=7)
    async with taken_in(await snapshot(store=lacking), tmp_path) as upload:
        with capture_logs() as logs, pytest.raises(Conflict, match="belongs to none"):
            await restore(upload, store, "acme")

    assert (store.held, store.restored, store.revision, logs) == ([], None, 7, [])
