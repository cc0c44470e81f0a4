"""The passage shelf on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import orjson

from libs.common.clock import rfc3339
from libs.common.sqlite_database import storage_errors, transaction
from libs.embedding.embedder import Vectors
from services.retrieval.document_metadata import narrowed
from services.retrieval.passage import Passage
from services.retrieval.passage_shelf import Snapshot, Unembedded

_COLUMNS = """
p.*, d.tenant, d.uri, d.url, d.own_url, d.title, d.updated_at, d.own_updated_at, d.last_changed_at,
d.access AS document_access, d.tags, d.product, d.version
"""
_LACKS_VECTOR = (
    "NOT EXISTS (SELECT 1 FROM vectors v WHERE v.embedder = :embedder AND v.text_hash = p.text_hash)"
)
_UNEMBEDDED = f"""
FROM passages p JOIN documents d ON d.document_id = p.document_id
WHERE p.live = 0 AND d.parsed = 1 AND {_LACKS_VECTOR}
"""
# Oldest changes first, so that what is finished can be published while the rest goes on.
_OLDEST = """
SELECT document_id FROM documents WHERE state = 'pending' AND parsed = 1
ORDER BY revision, document_id LIMIT :documents
"""
_COMPLETE = f"""
SELECT document_id FROM documents d WHERE state = 'pending' AND parsed = 1 AND NOT EXISTS (
    SELECT 1 FROM passages p WHERE p.document_id = d.document_id AND p.live = 0 AND {_LACKS_VECTOR}
)
"""  # noqa: S608
_LIVE = """
FROM passages p JOIN documents d ON d.document_id = p.document_id
JOIN vectors v ON v.embedder = :embedder AND v.text_hash = p.text_hash
WHERE p.live = 1
"""
_INDEXED = """
UPDATE documents SET state = 'indexed', parsed = 0, reason = '', retryable = 0,
    passages = (SELECT count(*) FROM passages p WHERE p.document_id = documents.document_id)
WHERE document_id = ?
"""
_SMALLEST = 2
"""Passages of a small document."""


class SqlitePassageShelf:
    """A `PassageShelf` for the one worker of an embedded index.

    Args:
        connection: The worker's connection to retrieval's database.
        reader: Another one, for snapshots: reading one must not stand in the way of writes.
    """

    def __init__(self, connection: sqlite3.Connection, reader: sqlite3.Connection) -> None:
        self._connection = connection
        self._reader = reader

    def count_unembedded(self, embedder: str) -> int:
        """Returns how many distinct texts of staged passages lack a vector of this embedder."""
        sql = f"SELECT count(DISTINCT p.text_hash) AS texts {_UNEMBEDDED}"
        with storage_errors("The passages' database"):
            return int(self._connection.execute(sql, {"embedder": embedder}).fetchone()["texts"])

    def unembedded(self, embedder: str, limit: int) -> list[Unembedded]:
        """Returns such texts, each once."""
        sql = f"SELECT {_COLUMNS} {_UNEMBEDDED} AND d.document_id IN ({_OLDEST}) LIMIT :limit"
        with storage_errors("The passages' database"):
            values = {"embedder": embedder, "limit": limit, "documents": max(1, limit // _SMALLEST)}
            rows = self._connection.execute(sql, values).fetchall()
        texts = {row["text_hash"]: Unembedded(_passage(row).indexed_text, row["text_hash"]) for row in rows}
        return list(texts.values())

    def keep_vectors(self, embedder: str, texts: Sequence[Unembedded], vectors: Vectors) -> None:
        """Records vectors, shape (len(texts), dimensions); they serve every passage with the same text."""
        rows = [
            (embedder, text.text_hash, vector.astype("<f4").tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors (embedder, text_hash, vector) VALUES (?, ?, ?)", rows
            )

    def go_live(self, embedder: str) -> int:
        """Makes documents live whose staged passages all have vectors; returns how many documents."""
        with transaction(self._connection):
            rows = self._connection.execute(_COMPLETE, {"embedder": embedder}).fetchall()
            ids = [(row["document_id"],) for row in rows]
            self._connection.executemany("DELETE FROM passages WHERE document_id = ? AND live = 1", ids)
            self._connection.executemany("UPDATE passages SET live = 1 WHERE document_id = ?", ids)
            self._connection.executemany(_INDEXED, ids)
        return len(ids)

    @contextmanager
    def snapshot(self, embedder: str) -> Iterator[Snapshot]:
        """Opens the live passages for reading; what changes meanwhile is not seen."""
        values = {"embedder": embedder}
        with storage_errors("The passages' database"):
            self._reader.execute("BEGIN")
            try:
                count = self._reader.execute(f"SELECT count(*) AS passages {_LIVE}", values).fetchone()
                rows = self._reader.execute(
                    f"SELECT {_COLUMNS}, v.vector {_LIVE} ORDER BY p.document_id, p.ordinal", values
                )
                yield Snapshot(
                    count["passages"],
                    (
                        (passage, np.frombuffer(row["vector"], "<f4"))
                        for row in rows
                        if (passage := _shown(row)) is not None
                    ),
                )
            finally:
                self._reader.execute("ROLLBACK")


def _shown(row: sqlite3.Row) -> Passage | None:
    """Returns the passage of a row; None if the tags of its document, changed since, leave it to nobody."""
    access = narrowed(orjson.loads(row["document_access"]), orjson.loads(row["access"]))
    return None if access is None else _passage(row, access)


def _passage(row: sqlite3.Row, access: tuple[str, ...] = ()) -> Passage:
    """Returns the passage of a row that joins it with its document."""
    url = row["url"] or row["own_url"]
    return Passage(
        passage_id=row["passage_id"],
        tenant=row["tenant"],
        document_id=row["document_id"],
        uri=row["uri"],
        url=f"{url.partition('#')[0]}#{row['anchor']}" if url and row["anchor"] else url,
        title=row["title"],
        heading_path=tuple(orjson.loads(row["heading_path"])),
        text=row["text"],
        start=row["first"],
        end=row["past"],
        updated_at=row["updated_at"] or row["own_updated_at"] or rfc3339(row["last_changed_at"]),
        access=access,
        page=row["page"],
        language=row["language"],
        tags=tuple(orjson.loads(row["tags"])),
        product=row["product"],
        version=row["version"],
    )
