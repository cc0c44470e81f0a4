"""Removes vectors and contents that nothing has needed for long."""

from __future__ import annotations

from libs.common.clock import Clock
from libs.common.logs import logger
from services.retrieval.blobs import Blobs
from services.retrieval.database import Database, Values
from services.retrieval.sentence_store_sql import SqlSentenceStore

log = logger(__name__)

SWEEP_SECONDS = 3600.0
VECTOR_SECONDS = 30 * 24 * 3600.0
"""A folder that comes back within this time costs no embedding."""
BLOB_SECONDS = 3600.0
"""Younger contents may belong to a stream that is still coming in."""
WORKER_SECONDS = 24 * 3600.0
"""A worker that has said nothing for so long is not coming back."""
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
_FORGOTTEN = """
DELETE FROM vectors WHERE unused_since < :before AND NOT (
    embedder = :embedder AND EXISTS (SELECT 1 FROM passages p WHERE p.text_hash = vectors.text_hash)
)
"""


class Housekeeping:
    """Sweeps the stores, at most once an hour.

    Args:
        database: Retrieval's database.
        blobs: The contents.
        embedder: Identity of the embedder in use.
        clock: Tells what is old.
    """

    def __init__(self, database: Database, blobs: Blobs, embedder: str, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._sentences = SqlSentenceStore(database)
        self._embedder = embedder
        self._clock = clock
        self._next = clock.now() + FIRST_SECONDS

    def sweep(self) -> None:
        """Removes what is no longer needed, if it is time."""
        now = self._clock.now()
        if now < self._next:
            return
        self._next = now + SWEEP_SECONDS
        with self._database.transaction() as session:
            session.change(_AGAIN, {"embedder": self._embedder})
            session.change(_UNUSED, {"embedder": self._embedder, "now": now})
            oldest: Values = {"before": now - VECTOR_SECONDS, "embedder": self._embedder}
            vectors = session.change(_FORGOTTEN, oldest)
            session.change("DELETE FROM workers WHERE seen_at < :before", {"before": now - WORKER_SECONDS})
        sentences = self._sentences.sweep(self._embedder)
        blobs = self._blobs.sweep(self._is_used, now - BLOB_SECONDS)
        if vectors or sentences or blobs:
            log.info("swept", vectors=vectors, sentences=sentences, blobs=blobs)

    def _is_used(self, content_hash: str) -> bool:
        with self._database.session() as session:
            found = session.rows(
                "SELECT 1 FROM documents WHERE content_hash = :hash LIMIT 1", {"hash": content_hash}
            )
        return bool(found)
