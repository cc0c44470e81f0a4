"""A service's database as a SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from libs.common.database import NOTHING, Row, Session, Values
from libs.common.sqlite_database import open_database, storage_errors, transaction


class SqliteDatabase:
    """A `Database` in a file, of which any number may be open at the same time.

    Args:
        path: The file; made and migrated if need be.
        migrations: Folder of `NNNN_name.sql`.
        name: What messages call it.
        relaxed: Whether what is written may be lost to a power cut (not to a crash): for what its
            writer would do again.

    Raises:
        DependencyUnavailable: It cannot be opened; the detail says what to do.
        Conflict: It belongs to another version of the program.
    """

    locking = ""  # a transaction holds the whole file
    skipping = ""

    def __init__(self, path: Path, migrations: Path, name: str, *, relaxed: bool = False) -> None:
        self._path = path
        self._migrations = migrations
        self._name = name
        self._connection = open_database(path, migrations)
        if relaxed:
            self._connection.execute("PRAGMA synchronous = NORMAL")
        self._lock = threading.Lock()
        self._reader: sqlite3.Connection | None = None
        self._reading = threading.Lock()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Opens a session in which each statement is durable by itself."""
        with self._lock, storage_errors(self._name):
            yield SqliteSession(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Opens a session whose statements are durable together, or not at all."""
        with self._lock, transaction(self._connection):
            yield SqliteSession(self._connection)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Opens a session that reads one moment over a connection of its own."""
        with self._reading:
            if self._reader is None:
                self._reader = open_database(self._path, self._migrations)
            with storage_errors(self._name):
                self._reader.execute("BEGIN")
                try:
                    yield SqliteSession(self._reader)
                finally:
                    self._reader.execute("ROLLBACK")

    def close(self) -> None:
        """Closes its connections."""
        with self._lock:
            self._connection.close()
        with self._reading:
            if self._reader is not None:
                self._reader.close()


class SqliteSession:
    """A `Session` over a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Values = NOTHING) -> Sequence[Row]:
        """Returns what a statement finds, or returns."""
        return self._connection.execute(sql, dict(values)).fetchall()

    def change(self, sql: str, values: Values = NOTHING) -> int:
        """Executes a statement and returns how many rows it changed."""
        return self._connection.execute(sql, dict(values)).rowcount

    def change_each(self, sql: str, many: Sequence[Values]) -> None:
        """Executes a statement once with each of the values."""
        self._connection.executemany(sql, many)

    def stream(self, sql: str, values: Values = NOTHING) -> Iterator[Row]:
        """Returns what a statement finds, row by row."""
        yield from self._connection.execute(sql, dict(values))
