"""Makes sure that one ingest worker at a time publishes to an index that several machines share."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack

from libs.common.clock import Clock
from libs.common.postgres_database import Connection, PostgresDatabase
from services.retrieval.database_postgres import SCHEMA


class PostgresLead:
    """A lock of PostgreSQL that falls with its holder's connection, however that ends.

    Args:
        url: Where the database is.
        name: Names the index.
        clock: Tells the time.
    """

    def __init__(self, url: str, name: str, clock: Clock) -> None:
        self._database = PostgresDatabase(url, SCHEMA, clock, connections=1)
        digest = hashlib.sha256(f"causeway publishes {name}".encode()).digest()
        self._key = int.from_bytes(digest[:8], signed=True)
        self._kept = ExitStack()
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Takes the lock if nobody else has it; returns whether it is ours.

        Raises:
            DependencyUnavailable: The database cannot be reached; the lock is no longer ours.
        """
        with self._kept as kept:  # a fault lets go of all, and is told in the database's own error
            if self._connection is None:
                self._connection = kept.enter_context(self._database.connection())
                kept.callback(self._forget)
            # Who has it takes it once more: it falls with the connection, however often it was taken.
            rows = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (self._key,)).fetchall()
            self._kept = kept.pop_all()
        return rows == [(True,)]

    def close(self) -> None:
        """Lets go of it."""
        if self._connection is not None:
            self._connection.close()  # given back open, it would keep the lock
        self._kept.close()
        self._database.close()

    def _forget(self) -> None:
        self._connection = None
