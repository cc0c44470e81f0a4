"""Opens a service's SQLite file, migrated to what the code expects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from libs.common.errors import DependencyUnavailable
from libs.common.migrations import Migration, read_migrations, require_same_history

BUSY_SECONDS = 10.0
"""How long a statement waits for another connection's lock."""
WAL_LIMIT_BYTES = 64 * 1024 * 1024
"""Size to which the write-ahead log is cut after a checkpoint."""

_LEDGER = (
    "CREATE TABLE IF NOT EXISTS schema_migrations"
    " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)"
)
_ADVICE: Mapping[int, str] = {
    sqlite3.SQLITE_NOTADB: "the file is not a SQLite database; move it away, or name another data folder",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore it from a backup, or move it away to begin anew",
    sqlite3.SQLITE_FULL: "the disk is full; free space on the volume of the data folder and try again",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check that its folder exists and is writable",
    sqlite3.SQLITE_READONLY: "the file cannot be written; check its owner, its mode and its volume",
    sqlite3.SQLITE_PERM: "access to the file is denied; check its owner and its mode",
    sqlite3.SQLITE_IOERR: "reading or writing the file failed; check the volume of the data folder",
    sqlite3.SQLITE_BUSY: "another process holds its lock for too long; try again shortly",
    sqlite3.SQLITE_LOCKED: "another connection holds its lock for too long; try again shortly",
}


def open_database(path: Path, migrations: Path) -> sqlite3.Connection:
    """Opens the file, creating it and its folder, and applies the migrations that it lacks.

    The connection commits each statement by itself; several belong together inside `transaction`.
    It may move between threads, but serves one at a time. Rows answer to column names.

    Args:
        path: The database file.
        migrations: Folder of `NNNN_name.sql`, numbered from 0001 without gaps; each is applied once,
            in a transaction of its own, also when several processes open the file at the same time.

    Raises:
        DependencyUnavailable: The file is no database, is damaged, or cannot be opened or written.
        Conflict: An applied migration has changed or is unknown, so code and data do not belong together.
    """
    wanted = read_migrations(migrations)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DependencyUnavailable(
            f"The folder {path.parent} cannot be created ({error.strerror}); name another data folder."
        ) from error
    with storage_errors(str(path)):
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        with ExitStack() as unless_whole:
            unless_whole.callback(connection.close)
            connection.row_factory = sqlite3.Row
            _configure(connection)
            _migrate(connection, wanted, path)
            unless_whole.pop_all()
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Makes what is written inside durable together, or not at all.

    Takes the write lock at once, so that what is read inside stays true until the commit.

    Raises:
        DependencyUnavailable: The file cannot be written, for instance because the disk is full.
    """
    with storage_errors("The database"):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


@contextmanager
def storage_errors(name: str) -> Iterator[None]:
    """Turns faults of the file, the disk and the locks into an error that says what to do.

    Faults of the program (constraints, wrong SQL) pass through as they are.

    Args:
        name: What the message calls the database.

    Raises:
        DependencyUnavailable: The database cannot be read or written.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        advice = _ADVICE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if advice is None:
            raise
        raise DependencyUnavailable(f"{name} is not usable: {advice}.") from error


def _configure(connection: sqlite3.Connection) -> None:
    # Switching to WAL ignores the busy timeout when two connections try it at once.
    patient = Retrying(
        retry=retry_if_exception(_is_busy),
        stop=stop_after_delay(BUSY_SECONDS),
        wait=wait_random(0.01, 0.05),
        reraise=True,
    )
    patient(connection.execute, "PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}")


def _is_busy(error: BaseException) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _migrate(connection: sqlite3.Connection, wanted: list[Migration], path: Path) -> None:
    connection.execute(_LEDGER)
    applied = _applied(connection)
    require_same_history(applied, wanted, str(path))
    for migration in wanted:
        if migration.number not in applied:
            _apply(connection, migration)


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    with transaction(connection):
        if migration.number in _applied(connection):
            return  # another process was faster
        for statement in _statements(migration.sql):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES (?, ?, ?)",
            (migration.number, migration.name, migration.checksum),
        )


def _applied(connection: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    rows = connection.execute("SELECT number, name, checksum FROM schema_migrations").fetchall()
    return {row["number"]: (row["name"], row["checksum"]) for row in rows}


def _statements(sql: str) -> Iterator[str]:
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending
