"""The progress board on SQLite."""

from __future__ import annotations

import sqlite3

from libs.common.sqlite_database import transaction
from services.retrieval.documents import Progress


class SqliteProgressBoard:
    """A `ProgressBoard` that the serving processes read through their document store.

    Args:
        connection: The worker's connection to retrieval's database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def post(self, progress: Progress) -> None:
        """Shows it."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE ingest_state SET phase = ?, done = ?, total = ?, rate = ?",
                (progress.phase, progress.done, progress.total, progress.rate),
            )
