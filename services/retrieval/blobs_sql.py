"""The content of documents in the database, where every worker of every machine reaches it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from libs.common.clock import Clock
from services.retrieval.blobs import SPOOL_BYTES, BlobLost, Spool
from services.retrieval.database import Database, Session

_KEPT = """
INSERT INTO blobs (content_hash, size_bytes, kept_at) VALUES (:hash, :size, :now)
ON CONFLICT (content_hash) DO UPDATE SET kept_at = excluded.kept_at
"""
_PART = """
INSERT INTO blob_parts (content_hash, part, content) VALUES (:hash, :part, :content)
ON CONFLICT (content_hash, part) DO NOTHING
"""
_WHOLE = """
SELECT coalesce(sum(length(content)), 0) AS size FROM blob_parts WHERE content_hash = :hash
"""
_SWEPT = "DELETE FROM blobs WHERE content_hash = :hash AND kept_at < :before"


class SqlBlobs:
    """`Blobs` in tables, in parts of 1 MiB.

    Args:
        database: Retrieval's database.
        folder: Where what is too large for memory lies while it arrives; made if absent.
        clock: Tells when a content was kept.
    """

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock

    def spool(self) -> Spool:
        """Opens room for a document that arrives."""
        return Spool(self._folder)

    def keep(self, spools: Sequence[Spool]) -> None:
        """Makes contents durable before it returns."""
        distinct = {spool.content_hash: spool for spool in spools}
        # In one order, so that two streams with the same contents do not wait for each other.
        for _, spool in sorted(distinct.items()):
            with self._database.transaction() as session:
                self._keep_one(session, spool)

    def read(self, content_hash: str) -> bytes:
        """Returns a content."""
        numbered = "SELECT content FROM blob_parts WHERE content_hash = :hash AND part = :part"
        digest, parts = hashlib.sha256(), list[bytes]()
        with self._database.session() as session:
            while rows := session.rows(numbered, {"hash": content_hash, "part": len(parts)}):
                parts.append(bytes(rows[0]["content"]))
                digest.update(parts[-1])
        if not parts and content_hash != digest.hexdigest():
            raise BlobLost(f"Blob {content_hash} is missing.")
        if digest.hexdigest() != content_hash:
            with self._database.session() as session:  # so that sending it again brings it back
                session.change("DELETE FROM blobs WHERE content_hash = :hash", {"hash": content_hash})
            raise BlobLost(f"Blob {content_hash} is damaged.")
        return b"".join(parts)

    def sweep(self, used: Callable[[str], bool], before: float) -> int:
        """Removes contents that no document has and that nobody kept lately; returns how many."""
        old = "SELECT content_hash FROM blobs WHERE kept_at < :before"
        with self._database.session() as session:
            hashes = [row["content_hash"] for row in session.rows(old, {"before": before})]
        removed = 0
        for content_hash in hashes:
            if not used(content_hash):
                with self._database.session() as session:
                    removed += session.change(_SWEPT, {"hash": content_hash, "before": before})
        return removed

    def _keep_one(self, session: Session, spool: Spool) -> None:
        name = spool.content_hash
        session.change(_KEPT, {"hash": name, "size": spool.size, "now": self._clock.now()})
        (whole,) = session.rows(_WHOLE, {"hash": name})
        if whole["size"] == spool.size:
            return
        for number, part in enumerate(spool.parts(SPOOL_BYTES)):
            session.change(_PART, {"hash": name, "part": number, "content": part})
