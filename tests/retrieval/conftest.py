"""Stores on SQLite for the tests of the ingest."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.retrieval.blobs import BlobFolder
from services.retrieval.database import open_retrieval_database
from services.retrieval.document_store_sqlite import SqliteDocumentStore
from services.retrieval.ingest_queue_sqlite import SqliteIngestQueue
from services.retrieval.intake import Intake
from services.retrieval.intake_store_sqlite import SqliteIntakeStore
from services.retrieval.passage_shelf_sqlite import SqlitePassageShelf
from tests.fakes.fake_clock import FakeClock

Connect = Callable[[], sqlite3.Connection]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    """Opens connections to one database, and closes them in the end."""
    opened: list[sqlite3.Connection] = []

    def connection() -> sqlite3.Connection:
        opened.append(open_retrieval_database(tmp_path / "documents.sqlite"))
        return opened[-1]

    yield connection
    for each in opened:
        each.close()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.fixture
def store(connect: Connect) -> SqliteDocumentStore:
    return SqliteDocumentStore(connect())


@pytest.fixture
def intake_store(connect: Connect, clock: FakeClock) -> SqliteIntakeStore:
    return SqliteIntakeStore(connect(), clock)


@pytest.fixture
def intake(intake_store: SqliteIntakeStore, blobs: BlobFolder, clock: FakeClock) -> Intake:
    return Intake(intake_store, blobs, clock, max_bytes=1024 * 1024)


@pytest.fixture
def queue(connect: Connect, clock: FakeClock) -> SqliteIngestQueue:
    return SqliteIngestQueue(connect(), clock)


@pytest.fixture
def shelf(connect: Connect) -> SqlitePassageShelf:
    return SqlitePassageShelf(connect(), connect())
