"""A service's database as a schema in PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from libs.common.clock import Clock
from libs.common.database import NOTHING, Row, Session, Values
from libs.common.postgres_database import CONNECTIONS, Connection, PostgresDatabase, dict_row
from libs.common.postgres_migrations import open_postgres

SNAPSHOT_SECONDS = 600.0
"""How long one statement of a snapshot may take, and how long its reader may pause."""

_STREAMED = 500
_PARAMETER = re.compile(r":([a-z_][a-z0-9_]*)")


class PostgresSchema:
    """A `Database` in PostgreSQL.

    Args:
        url: Where it is, `postgresql://user:password@host:port/database`; migrated if need be.
        schema: The service's own.
        migrations: Folder of `NNNN_name.sql`.
        clock: Tells the time.
        statement_seconds: How long a statement may take.
        connections: How many at most, besides the one for snapshots.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: It cannot be reached, or the role may not migrate it.
        Conflict: It belongs to another version of the program.
    """

    locking = "FOR UPDATE"
    skipping = "FOR UPDATE SKIP LOCKED"

    def __init__(
        self,
        url: str,
        schema: str,
        migrations: Path,
        clock: Clock,
        statement_seconds: float = 30.0,
        connections: int = CONNECTIONS,
    ) -> None:
        open_postgres(url, schema, migrations, clock).close()
        self._database = PostgresDatabase(url, schema, clock, connections, statement_seconds)
        self._snapshots = PostgresDatabase(url, schema, clock, 1, SNAPSHOT_SECONDS)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Opens a session in which each statement is durable by itself."""
        with self._database.connection() as connection:
            yield PostgresSession(connection)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Opens a session whose statements are durable together, or not at all."""
        with self._database.connection() as connection, connection.transaction():
            yield PostgresSession(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Opens a session that reads one moment, over a connection of its own."""
        with self._snapshots.connection() as connection, connection.transaction(force_rollback=True):
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            connection.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{SNAPSHOT_SECONDS:.0f}s'")
            yield PostgresSession(connection)

    def close(self) -> None:
        """Closes its connections."""
        self._database.close()
        self._snapshots.close()


class PostgresSession:
    """A `Session` over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Values = NOTHING) -> Sequence[Row]:
        """Returns what a statement finds, or returns."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_written(sql), values).fetchall()

    def change(self, sql: str, values: Values = NOTHING) -> int:
        """Executes a statement and returns how many rows it changed."""
        return self._connection.execute(_written(sql), values).rowcount

    def change_each(self, sql: str, many: Sequence[Values]) -> None:
        """Executes a statement once with each of the values."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_written(sql), many)

    def stream(self, sql: str, values: Values = NOTHING) -> Iterator[Row]:
        """Returns what a statement finds, fetched in pages; only inside a transaction or a snapshot."""
        with self._connection.cursor("streamed", row_factory=dict_row) as cursor:
            cursor.itersize = _STREAMED
            cursor.execute(_written(sql), values)
            yield from cursor


@lru_cache(maxsize=512)
def _written(sql: str) -> str:
    """Returns a statement with its parameters as psycopg writes them."""
    return _PARAMETER.sub(r"%(\1)s", sql)
