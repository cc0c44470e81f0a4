"""A snapshot holds all that its tenant is served, in order, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from libs.common.errors import Conflict, DependencyUnavailable
from services.retrieval.index import Index
from services.retrieval.snapshots.create import CreateSnapshot
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_index import FakeIndex
from tests.fakes.fake_snapshot_store import FakeSnapshotStore
from tests.retrieval.example_passages import embedded
from tests.retrieval.example_versions import only
from tests.retrieval.indexes import INDEXES, opened_index
from tests.retrieval.snapshots.example_snapshot import (
    PASSAGES,
    OneIndex,
    everything,
    records,
    serving,
    snapshot,
    taken_in,
)

OWN = {passage.passage_id: passage for passage in PASSAGES if passage.tenant == "acme"}


@pytest.mark.parametrize("kind", INDEXES)
async def test_every_engine_gives_the_same_snapshot(kind: str, tmp_path: Path) -> None:
    expected = await snapshot()
    async with opened_index(kind, tmp_path, PASSAGES) as index:
        made = await snapshot(serving(index=index))
    async with taken_in(made, tmp_path) as upload, taken_in(expected, tmp_path) as other:
        found = everything(upload)
        assert {entry.passage.passage_id: entry.passage for entry in found} == OWN
        assert [entry.passage.passage_id for entry in found] == sorted(OWN)
        assert [d for lot in upload.documents() for d in lot] == sorted(
            records(), key=lambda d: d.document_id
        )
        assert upload.totals.root == other.totals.root


async def test_it_is_the_same_again_but_for_its_date(tmp_path: Path) -> None:
    assert await snapshot() == await snapshot()


async def test_progress_reaches_the_total() -> None:
    create = CreateSnapshot(serving(), FakeSnapshotStore(records()), FakeClock())
    parts = [part async for part in create.run("acme")]
    assert {part.total for part in parts} == {60}
    assert [part.passages for part in parts] == sorted(part.passages for part in parts)
    assert parts[-1].passages == 60


async def test_an_index_that_lags_behind_makes_no_snapshot() -> None:
    with pytest.raises(Conflict, match="wait until all documents are indexed"):
        await snapshot(store=FakeSnapshotStore(records(), revision=2))


async def changed_meanwhile(create: CreateSnapshot, change: Callable[[], None]) -> None:
    async for part in create.run("acme"):
        if part.passages:
            change()


async def test_a_change_meanwhile_ends_it() -> None:
    store = FakeSnapshotStore(records())
    create = CreateSnapshot(serving(), store, FakeClock())

    def change() -> None:
        store.revision = 2

    with pytest.raises(Conflict, match="is changing"):
        await changed_meanwhile(create, change)


async def test_another_commit_meanwhile_ends_it() -> None:
    one = OneIndex(FakeIndex(embedded(PASSAGES)), PASSAGES)
    create = CreateSnapshot(only(one), FakeSnapshotStore(records()), FakeClock())

    def change() -> None:
        one.commit = None

    with pytest.raises(Conflict, match="is changing"):
        await changed_meanwhile(create, change)


async def test_without_an_index_there_is_no_snapshot() -> None:
    one = OneIndex(FakeIndex([]), [])
    one.commit = None
    with pytest.raises(Conflict, match="no index yet"):
        await snapshot(only(one))


async def test_an_index_that_fails_is_a_dependency_that_fails() -> None:
    index: Index = FakeIndex(embedded(PASSAGES))
    assert isinstance(index, FakeIndex)
    index.failing.add("scan")
    with pytest.raises(DependencyUnavailable):
        await snapshot(serving(index=index))


async def test_an_empty_tenant_has_an_empty_snapshot(tmp_path: Path) -> None:
    create = CreateSnapshot(serving(), FakeSnapshotStore(), FakeClock())
    made = b"".join([part.content async for part in create.run("nobody")])
    async with taken_in(made, tmp_path, "nobody") as upload:
        assert (upload.totals.passages, upload.totals.documents) == (0, 0)
