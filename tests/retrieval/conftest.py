"""Stores for the tests of the ingest: each test runs on SQLite, and on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from services.retrieval.blobs import Blobs
from services.retrieval.blobs_folder import BlobFolder
from services.retrieval.blobs_sql import SqlBlobs
from services.retrieval.builds import BuildFolder
from services.retrieval.database import NOTHING, Database, Row, Values
from services.retrieval.database_sqlite import SqliteDatabase
from services.retrieval.document_digest import digest_of
from services.retrieval.document_store_sql import SqlDocumentStore
from services.retrieval.ingest_queue_sql import Claimant, SqlIngestQueue
from services.retrieval.ingest_status_sql import SqlIngestStatus
from services.retrieval.intake import Intake
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.example_databases import postgres_database
from tests.retrieval.search_setup import Setup
from tests.servers.postgres_server import PostgresServer

Connect = Callable[[], Database]
DIGEST = digest_of(())
FIRST = ("", "")
"""The place before all documents."""


class Documents(SqlDocumentStore, SqlIngestStatus):
    """What the serving process sees."""


class Look:
    """Looks into the tables, and changes them behind the stores' back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, sql: str, values: Values = NOTHING) -> Sequence[Row]:
        with self._database.session() as session:
            return session.rows(sql, values)

    def one(self, sql: str, values: Values = NOTHING) -> object:
        """The only value of the only row, which is called `v`."""
        (row,) = self.rows(sql, values)
        return row["v"]

    def change(self, sql: str, values: Values = NOTHING) -> int:
        with self._database.session() as session:
            return session.change(sql, values)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["sqlite", "postgres"])
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connect]:
    """Opens one database, any number of times, and closes it in the end."""
    opened: list[Database] = []
    server: PostgresServer | None = None
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")

    def database() -> Database:
        if server is None:
            opened.append(SqliteDatabase(tmp_path / "documents.sqlite"))
        elif not opened:
            opened.append(postgres_database(server))
        else:
            return opened[0]
        return opened[-1]

    yield database
    for each in opened:
        each.close()


@pytest.fixture
def look(connect: Connect) -> Look:
    return Look(connect())


@pytest.fixture
def blobs(connect: Connect, tmp_path: Path, clock: FakeClock) -> Blobs:
    database = connect()
    if isinstance(database, SqliteDatabase):
        return BlobFolder(tmp_path / "blobs")
    return SqlBlobs(database, tmp_path / "spool", clock)


@pytest.fixture
def kept(blobs: Blobs, look: Look, tmp_path: Path) -> Callable[[str, float], None]:
    """Sets when a content was last kept, seconds since the epoch."""

    def keep(content_hash: str, when: float) -> None:
        if isinstance(blobs, BlobFolder):
            os.utime(tmp_path / "blobs" / content_hash[:2] / content_hash, (when, when))
        else:
            change = "UPDATE blobs SET kept_at = :when WHERE content_hash = :hash"
            assert look.change(change, {"when": when, "hash": content_hash}) == 1

    return keep


@pytest.fixture
def store(connect: Connect, clock: FakeClock) -> Documents:
    return Documents(connect(), clock)


@pytest.fixture
def intake_store(connect: Connect, clock: FakeClock) -> SqlIntakeStore:
    return SqlIntakeStore(connect(), clock)


@pytest.fixture
def intake(intake_store: SqlIntakeStore, blobs: Blobs, clock: FakeClock) -> Intake:
    return Intake(intake_store, blobs, clock, max_bytes=1024 * 1024)


@pytest.fixture
def queue(connect: Connect, clock: FakeClock) -> SqlIngestQueue:
    return SqlIngestQueue(connect(), clock, Claimant("w1"))


@pytest.fixture
def shelf(connect: Connect, clock: FakeClock) -> SqlPassageShelf:
    return SqlPassageShelf(connect(), clock, Claimant("w1"))


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Setup]:
    setup = Setup(BuildFolder(tmp_path, "main"))
    yield setup
    setup.embedding.close()
    await setup.served.close()


@pytest.fixture
async def setup(empty: Setup) -> Setup:
    await empty.publish()
    return empty
