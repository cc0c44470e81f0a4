"""The passage shelf in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import orjson

from libs.common.clock import Clock, rfc3339
from libs.embedding.embedder import Vectors
from services.retrieval.database import Database, Row, Value, Values
from services.retrieval.document_metadata import narrowed
from services.retrieval.ingest_queue_sql import Claimant
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
SELECT document_id FROM documents WHERE parsed = 1 AND (worker = :worker OR lease_until <= :now)
ORDER BY revision, document_id LIMIT :documents
"""
_MINE = """
SELECT document_id FROM documents WHERE parsed = 1 AND worker = :worker
ORDER BY revision, document_id LIMIT :documents
"""
_LEASED = "UPDATE documents SET worker = :worker, lease_until = :until WHERE document_id = :id"
_COMPLETE = f"""
SELECT document_id FROM documents d WHERE parsed = 1 AND worker = :worker AND NOT EXISTS (
    SELECT 1 FROM passages p WHERE p.document_id = d.document_id AND p.live = 0 AND {_LACKS_VECTOR}
) ORDER BY revision, document_id
"""  # noqa: S608
_LIVE = """
FROM passages p JOIN documents d ON d.document_id = p.document_id
JOIN vectors v ON v.embedder = :embedder AND v.text_hash = p.text_hash
WHERE p.live = 1
"""
_KEPT = """
INSERT INTO vectors (embedder, text_hash, vector) VALUES (:embedder, :hash, :vector)
ON CONFLICT (embedder, text_hash) DO UPDATE SET vector = excluded.vector, unused_since = NULL
"""
_INDEXED = """
UPDATE documents SET state = 'indexed', parsed = 0, compared = 0, lease_until = 0, reason = '',
    reason_code = '', retryable = 0,
    passages = (SELECT count(*) FROM passages p WHERE p.document_id = documents.document_id)
WHERE document_id = :id
"""
_SMALLEST = 2
"""Passages of a small document."""


class SqlPassageShelf:
    """A `PassageShelf` for one worker or for several, each of which embeds the documents that it has claimed.

    Args:
        database: Retrieval's database.
        clock: Tells when claims end.
        claimant: Who claims.
    """

    def __init__(self, database: Database, clock: Clock, claimant: Claimant) -> None:
        self._database = database
        self._clock = clock
        self._claimant = claimant

    def count_unembedded(self, embedder: str) -> int:
        """Returns how many distinct texts of staged passages lack a vector of this embedder."""
        sql = f"SELECT count(DISTINCT p.text_hash) AS texts {_UNEMBEDDED}"
        with self._database.session() as session:
            (row,) = session.rows(sql, {"embedder": embedder})
        return int(row["texts"])

    def unembedded(self, embedder: str, limit: int) -> list[Unembedded]:
        """Claims documents and returns such texts of theirs, each once."""
        now = self._clock.now()
        until = now + self._claimant.lease_seconds
        mine: dict[str, Value] = {
            "worker": self._claimant.worker,
            "now": now,
            "until": until,
            "documents": max(1, limit // _SMALLEST),
        }
        with self._database.transaction() as session:
            rows = session.rows(f"{_OLDEST} {self._database.skipping}", mine)
            session.change_each(_LEASED, [mine | {"id": row["document_id"]} for row in rows])
        if not rows:
            return []
        sql = (
            f"SELECT {_COLUMNS} {_UNEMBEDDED} AND d.document_id IN ({_MINE})"
            " ORDER BY d.revision, d.document_id, p.ordinal LIMIT :limit"
        )
        with self._database.session() as session:
            found = session.rows(sql, mine | {"embedder": embedder, "limit": limit})
        texts = {row["text_hash"]: Unembedded(_passage(row).indexed_text, row["text_hash"]) for row in found}
        return list(texts.values())

    def keep_vectors(self, embedder: str, texts: Sequence[Unembedded], vectors: Vectors) -> None:
        """Records vectors, shape (len(texts), dimensions); they serve every passage with the same text."""
        # In one order, so that two workers with the same texts do not wait for each other.
        pairs = sorted(zip(texts, vectors, strict=True), key=lambda pair: pair[0].text_hash)
        rows: list[Values] = [
            {"embedder": embedder, "hash": text.text_hash, "vector": vector.astype("<f4").tobytes()}
            for text, vector in pairs
        ]
        with self._database.transaction() as session:
            session.change_each(_KEPT, rows)

    def go_live(self, embedder: str) -> int:
        """Makes documents live whose staged passages all have vectors; returns how many documents."""
        with self._database.transaction() as session:
            complete = f"{_COMPLETE} {self._database.skipping}"
            rows = session.rows(complete, {"embedder": embedder, "worker": self._claimant.worker})
            ids = [{"id": row["document_id"]} for row in rows]
            session.change_each("DELETE FROM passages WHERE document_id = :id AND live = 1", ids)
            session.change_each("UPDATE passages SET live = 1 WHERE document_id = :id", ids)
            session.change_each(_INDEXED, ids)
        return len(ids)

    @contextmanager
    def snapshot(self, embedder: str) -> Iterator[Snapshot]:
        """Opens the live passages for reading; what changes meanwhile is not seen."""
        values = {"embedder": embedder}
        with self._database.snapshot() as session:
            (count,) = session.rows(f"SELECT count(*) AS passages {_LIVE}", values)
            rows = session.stream(
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


def _shown(row: Row) -> Passage | None:
    """Returns the passage of a row; None if the tags of its document, changed since, leave it to nobody."""
    access = narrowed(orjson.loads(row["document_access"]), orjson.loads(row["access"]))
    return None if access is None else _passage(row, access)


def _passage(row: Row, access: tuple[str, ...] = ()) -> Passage:
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
