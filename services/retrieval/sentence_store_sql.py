"""The store of sentence vectors in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from services.retrieval.database import Database, Value, Values
from services.retrieval.sentence_store import UnsplitPassage
from services.retrieval.sentence_vectors import SentenceVectors

_LACKING = """
SELECT DISTINCT p.text_hash, p.text FROM passages p WHERE p.live = 1 AND p.text_hash > :after AND NOT EXISTS (
    SELECT 1 FROM sentence_vectors s WHERE s.embedder = :embedder AND s.text_hash = p.text_hash
) ORDER BY p.text_hash LIMIT :limit
"""
_KEPT = """
INSERT INTO sentence_vectors (embedder, text_hash, sentences) VALUES (:embedder, :hash, :sentences)
ON CONFLICT (embedder, text_hash) DO UPDATE SET sentences = excluded.sentences
"""
_KNOWN = "SELECT text_hash, sentences FROM sentence_vectors WHERE embedder = :embedder AND text_hash IN"
_SWEPT = """
DELETE FROM sentence_vectors WHERE embedder <> :embedder
    OR NOT EXISTS (SELECT 1 FROM passages p WHERE p.text_hash = sentence_vectors.text_hash)
"""


class SqlSentenceStore:
    """A `SentenceStore` in retrieval's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lacking(self, embedder: str, after: bytes, limit: int) -> list[UnsplitPassage]:
        """Returns live passages without sentence vectors, ordered by hash, beyond a hash; each once."""
        with self._database.session() as session:
            rows = session.rows(_LACKING, {"embedder": embedder, "after": after, "limit": limit})
        return [UnsplitPassage(row["text"], bytes(row["text_hash"])) for row in rows]

    def keep(self, embedder: str, found: Mapping[bytes, SentenceVectors]) -> None:
        """Records sentence vectors by text hash."""
        # In one order, so that two workers do not wait for each other.
        rows: list[Values] = [
            {"embedder": embedder, "hash": text_hash, "sentences": found[text_hash].to_bytes()}
            for text_hash in sorted(found)
        ]
        with self._database.transaction() as session:
            session.change_each(_KEPT, rows)

    def get(self, embedder: str, text_hashes: Collection[bytes]) -> Mapping[bytes, SentenceVectors]:
        """Returns those that are known of so many passages."""
        if not text_hashes:
            return {}
        wanted: dict[str, Value] = {f"hash_{number}": value for number, value in enumerate(text_hashes)}
        names = ", ".join(f":{name}" for name in wanted)
        sql = f"{_KNOWN} ({names})"
        with self._database.session() as session:
            rows = session.rows(sql, wanted | {"embedder": embedder})
        return {bytes(row["text_hash"]): SentenceVectors.from_bytes(bytes(row["sentences"])) for row in rows}

    def sweep(self, embedder: str) -> int:
        """Removes those of other embedders, and of passages that are gone; returns how many."""
        with self._database.transaction() as session:
            return session.change(_SWEPT, {"embedder": embedder})
