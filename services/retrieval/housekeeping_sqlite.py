"""Removes vectors and contents that nothing has needed for long."""

from __future__ import annotations

import sqlite3

from libs.common.clock import Clock
from libs.common.logs import logger
from libs.common.sqlite_database import transaction
from services.retrieval.blobs import BlobFolder

log = logger(__name__)

SWEEP_SECONDS = 3600.0
VECTOR_SECONDS = 30 * 24 * 3600.0
"""A folder that comes back within this time costs no embedding."""
BLOB_SECONDS = 3600.0
"""Younger contents may belong to a stream that is still coming in."""

FIRST_SECONDS = 60.0
"""A worker that has just begun has better things to do."""

_AGAIN = """
UPDATE vectors SET unused_since = NULL WHERE unused_since IS NOT NULL AND embedder = :embedder
    AND EXISTS (SELECT 1 FROM passages p WHERE p.text_hash = vectors.text_hash)
"""
_UNUSED = """
UPDATE vectors SET unused_since = :now WHERE unused_since IS NULL AND NOT (
    embedder = :embedder AND EXISTS (SELECT 1 FROM passages p WHERE p.text_hash = vectors.text_hash)
)
"""
_FORGOTTEN = "DELETE FROM vectors WHERE unused_since < :before"


class Housekeeping:
    """Sweeps the worker's stores, at most once an hour.

    Args:
        connection: The worker's connection to retrieval's database.
        blobs: The contents.
        embedder: Identity of the embedder in use.
        clock: Tells what is old.
    """

    def __init__(
        self, connection: sqlite3.Connection, blobs: BlobFolder, embedder: str, clock: Clock
    ) -> None:
        self._connection = connection
        self._blobs = blobs
        self._embedder = embedder
        self._clock = clock
        self._next = clock.now() + FIRST_SECONDS

    def sweep(self) -> None:
        """Removes what is no longer needed, if it is time."""
        now = self._clock.now()
        if now < self._next:
            return
        self._next = now + SWEEP_SECONDS
        with transaction(self._connection):
            self._connection.execute(_AGAIN, {"embedder": self._embedder})
            self._connection.execute(_UNUSED, {"embedder": self._embedder, "now": now})
            vectors = self._connection.execute(_FORGOTTEN, {"before": now - VECTOR_SECONDS}).rowcount
        blobs = self._blobs.sweep(self._is_used, now - BLOB_SECONDS)
        if vectors or blobs:
            log.info("swept", vectors=vectors, blobs=blobs)

    def _is_used(self, content_hash: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM documents WHERE content_hash = ? LIMIT 1", (content_hash,)
        ).fetchone()
        return row is not None
