"""What is restored is published as it was snapped, and the next ingest does not undo it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from libs.common.errors import Conflict
from services.retrieval.index import StoredPassage
from services.retrieval.passage import Passage
from services.retrieval.snapshots.snapshot_store_sql import SqlSnapshotStore
from tests.fakes.fake_builder import published
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_databases import postgres_database
from tests.retrieval.example_ingest import Bench, open_bench
from tests.retrieval.example_passages import embedded
from tests.retrieval.example_versions import only
from tests.retrieval.snapshots.example_snapshot import OneIndex, everything, snapshot, taken_in
from tests.servers.postgres_server import PostgresServer

DOCS = {
    "bees": "# Bees\n\nBees make honey.\n\n## Wax\n\nThey make wax, too.",
    "ants": "---\ntitle: Ants\ntags: [insects]\n---\n\n# Ants\n\nAnts carry leaves.",
}


class Environment:
    """One environment: documents, ingest and index."""

    def __init__(self, root: Path, clock: FakeClock) -> None:
        root.mkdir()
        self.root, self.clock = root, clock
        self.bench: Bench = open_bench(root, clock)
        self.store = SqlSnapshotStore(self.bench.databases[1], clock)

    def passages(self, tenant: str = "acme") -> set[Passage]:
        return {passage for passage in published(self.bench.folder) if passage.tenant == tenant}

    def snapshot(self) -> bytes:
        held = published(self.bench.folder)
        one = OneIndex(FakeIndex(embedded(held)), held)
        pointer = self.bench.folder.pointer()
        assert one.commit is not None
        assert pointer is not None
        one.commit = replace(one.commit, revision=pointer.revision)
        return asyncio.run(snapshot(only(one), self.store))  # type: ignore[arg-type]

    def restore(self, content: bytes) -> int:
        async def run() -> int:
            async with taken_in(content, self.root / "uploads") as upload:
                return self.store.restore("acme", "fake-1", upload.documents(), upload.passages())

        return asyncio.run(run())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def staging(tmp_path: Path, clock: FakeClock) -> Iterator[Environment]:
    environment = Environment(tmp_path / "staging", clock)
    environment.bench.send(DOCS)
    environment.bench.work(clock)
    yield environment
    environment.bench.close()


@pytest.fixture
def production(tmp_path: Path, clock: FakeClock) -> Iterator[Environment]:
    environment = Environment(tmp_path / "production", clock)
    environment.bench.send(DOCS | {"bees": "# Bees\n\nOld words.", "wasps": "# Wasps\n\nWasps sting."})
    environment.bench.send({"own": "# Own\n\nBees make honey."}, tenant="globex")
    environment.bench.work(clock)
    yield environment
    environment.bench.close()


def test_what_was_indexed_is_replaced_and_published(staging: Environment, production: Environment) -> None:
    others = production.passages("globex")
    revision = production.restore(staging.snapshot())
    assert production.store.accepted_revision("acme") == revision
    production.bench.work(production.clock)
    assert production.passages() == staging.passages()
    assert production.passages("globex") == others
    pointer = production.bench.folder.pointer()
    assert pointer is not None
    assert pointer.revision >= revision


def test_a_snapshot_of_what_was_restored_has_the_same_root(
    staging: Environment, production: Environment, tmp_path: Path
) -> None:
    first = staging.snapshot()
    production.clock.advance(86_400)
    production.restore(first)
    production.bench.work(production.clock)

    async def root(content: bytes) -> tuple[str, list[StoredPassage]]:
        async with taken_in(content, tmp_path) as upload:
            return upload.totals.root, everything(upload)

    assert asyncio.run(root(production.snapshot()))[0] == asyncio.run(root(first))[0]


def test_the_next_ingest_does_not_undo_it(staging: Environment, production: Environment) -> None:
    production.restore(staging.snapshot())
    production.bench.work(production.clock)
    embedded_before = len(production.bench.embedder.texts)
    result = production.bench.send(DOCS)
    assert (result.accepted, result.unchanged, result.removed) == (0, 2, 0)
    production.bench.work(production.clock)
    assert production.passages() == staging.passages()
    assert len(production.bench.embedder.texts) == embedded_before


def test_an_ingest_of_other_content_goes_on_as_ever(staging: Environment, production: Environment) -> None:
    production.restore(staging.snapshot())
    result = production.bench.send(DOCS | {"bees": "# Bees\n\nNew words."})
    assert (result.accepted, result.unchanged) == (1, 1)
    production.bench.work(production.clock)
    assert {passage.text for passage in production.passages() if passage.uri == "bees.md"} == {"New words."}


def test_what_waits_stays_and_what_it_had_indexed_goes(staging: Environment, production: Environment) -> None:
    production.bench.send({"moths": "# Moths\n\nMoths fly."}, complete=False)
    production.bench.send({"wasps": "# Wasps\n\nWasps do not sting."}, complete=False)
    production.restore(staging.snapshot())
    states = {d.uri: d.state for d in production.bench.store.list("acme", 100, ("", ""), None)}
    assert states == {
        "ants.md": "indexed",
        "bees.md": "indexed",
        "moths.md": "pending",
        "wasps.md": "pending",
    }
    production.bench.work(production.clock)
    assert {p.text for p in production.passages()} > {"Moths fly.", "Wasps do not sting."}


def test_a_document_that_was_being_changed_is_as_the_snapshot_has_it(
    staging: Environment, production: Environment
) -> None:
    production.bench.send({"bees": "# Bees\n\nHalf read."}, complete=False)
    production.restore(staging.snapshot())
    production.bench.work(production.clock)
    assert production.passages() == staging.passages()


def test_nothing_changes_when_a_passage_belongs_to_no_document(
    staging: Environment, production: Environment, tmp_path: Path
) -> None:
    content = staging.snapshot()
    before, accepted = production.passages(), production.store.accepted_revision("acme")

    async def orphaned() -> None:
        async with taken_in(content, tmp_path / "u") as upload:
            production.store.restore("acme", "fake-1", [], upload.passages())

    with pytest.raises(Conflict, match="belongs to none"):
        asyncio.run(orphaned())
    assert production.store.accepted_revision("acme") == accepted
    production.bench.work(production.clock)
    assert production.passages() == before


def test_another_tenants_documents_and_passages_cannot_be_taken(production: Environment) -> None:
    (theirs,) = production.store.documents("globex", "", 10)
    (own, *_) = production.store.documents("acme", "", 10)
    with pytest.raises(Conflict, match="another tenant's"):
        production.store.restore("acme", "fake-1", [[theirs]], [])
    (passage,) = production.passages("globex")
    stolen = replace(passage, tenant="acme", document_id=own.document_id)
    entries = [StoredPassage.of(*pair) for pair in embedded([stolen])]
    with pytest.raises(Conflict, match="whose id is taken"):
        production.store.restore("acme", "fake-1", [[own]], [entries])


def test_documents_come_in_pages(staging: Environment) -> None:
    everything_ = staging.store.documents("acme", "", 10)
    first = staging.store.documents("acme", "", 1)
    assert staging.store.documents("acme", first[0].document_id, 1) == everything_[1:]
    assert [d.uri for d in sorted(everything_, key=lambda d: d.uri)] == ["ants.md", "bees.md"]
    assert staging.store.documents("globex", "", 10) == []


def test_postgresql_takes_a_snapshot_too(
    staging: Environment, postgres_server: PostgresServer, clock: FakeClock, tmp_path: Path
) -> None:
    database = postgres_database(postgres_server)
    store = SqlSnapshotStore(database, clock)
    content = staging.snapshot()

    async def restored() -> None:
        async with taken_in(content, tmp_path / "u") as upload:
            for _ in range(2):
                store.restore("acme", "fake-1", upload.documents(), upload.passages())

    asyncio.run(restored())
    assert store.documents("acme", "", 10) == staging.store.documents("acme", "", 10)
    database.close()
