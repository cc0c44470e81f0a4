"""The snapshots' store in SQL."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

import numpy as np
import orjson

from libs.common.clock import Clock
from libs.common.errors import Conflict
from services.retrieval.database import (
    Database,
    Row,
    Session,
    Value,
    Values,
    next_revision,
    note_change,
    tenant_revision,
)
from services.retrieval.index import StoredPassage
from services.retrieval.passage import Passage
from services.retrieval.snapshots.content import DocumentRecord

_NAMES = tuple(field.name for field in fields(DocumentRecord))
_DOCUMENTS = f"""
SELECT {", ".join(_NAMES)} FROM documents
WHERE tenant = :tenant AND state = 'indexed' AND document_id > :after ORDER BY document_id LIMIT :limit
"""  # noqa: S608
_FOREIGN = "SELECT 1 AS found FROM documents WHERE document_id = :document_id AND tenant <> :tenant"
_NAMESAKES = """
DELETE FROM documents WHERE tenant = :tenant AND source_id = :source_id AND uri = :uri
    AND document_id <> :document_id
"""
_RESTORED = f"""
INSERT INTO documents (
    tenant, {", ".join(_NAMES)}, state, waiting, revision, pending_since, last_seen_at
) VALUES (
    :tenant, {", ".join(f":{name}" for name in _NAMES)}, 'indexed', 0, :revision, :now, :now
) ON CONFLICT (document_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in _NAMES if name != "document_id")}, state = 'indexed',
    reason = '', reason_code = '', retryable = 0, attempts = 0, waiting = 0, parsed = 0, compared = 1,
    revision = excluded.revision, not_before = 0, lease_until = 0
"""  # noqa: S608
_INDEXED = "SELECT document_id FROM documents WHERE tenant = :tenant AND state = 'indexed'"
_EMPTIED = """
DELETE FROM passages WHERE document_id IN (
    SELECT document_id FROM documents WHERE tenant = :tenant
) AND (live = 1 OR document_id IN (
    SELECT document_id FROM documents WHERE tenant = :tenant AND revision = :revision
))
"""
_PASSAGE = """
INSERT INTO passages (
    document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past, text_hash, page,
    language, access
) VALUES (
    :document_id, 1, :ordinal, :passage_id, :heading_path, :anchor, :text, :first, :past, :text_hash, :page,
    :language, :access
)
"""
_VECTOR = """
INSERT INTO vectors (embedder, text_hash, vector) VALUES (:embedder, :hash, :vector)
ON CONFLICT (embedder, text_hash) DO UPDATE SET unused_since = NULL
"""
_TWICE = "SELECT passage_id FROM passages WHERE live = 1 GROUP BY passage_id HAVING count(*) > 1 LIMIT 1"
_COUNTED = """
UPDATE documents SET passages = (
    SELECT count(*) FROM passages p WHERE p.document_id = documents.document_id AND p.live = 1
) WHERE tenant = :tenant AND revision = :revision
"""


class SqlSnapshotStore:
    """A `SnapshotStore`; safe to call from several threads.

    Args:
        database: Retrieval's database.
        clock: Tells when a document was restored.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        with self._database.session() as session:
            return tenant_revision(session, tenant)

    def documents(self, tenant: str, after: str, limit: int) -> list[DocumentRecord]:
        """Returns a tenant's indexed documents past an id, by id; fewer than `limit` mean the end."""
        with self._database.session() as session:
            rows = session.rows(_DOCUMENTS, {"tenant": tenant, "after": after, "limit": limit})
        return [_record(row) for row in rows]

    def restore(
        self,
        tenant: str,
        embedder: str,
        documents: Iterable[Sequence[DocumentRecord]],
        passages: Iterable[Sequence[StoredPassage]],
    ) -> int:
        """Puts documents and their passages in the place of all that the tenant had indexed, at once."""
        with self._database.transaction() as session:
            revision = next_revision(session)
            note_change(session, tenant, revision)
            restoring = _Restoring(session, tenant, revision, self._clock.now())
            for lot in documents:
                restoring.take_documents(lot)
            restoring.clear()
            for entries in passages:
                restoring.take_passages(entries, embedder)
            restoring.finish()
        return revision


def _record(row: Row) -> DocumentRecord:
    values = {name: row[name] for name in _NAMES}
    return DocumentRecord(**values | {"last_changed_at": int(row["last_changed_at"])})


class _Restoring:
    """One restoration under way, in its transaction."""

    def __init__(self, session: Session, tenant: str, revision: int, now: float) -> None:
        self._session = session
        self._common: dict[str, Value] = {"tenant": tenant, "revision": revision, "now": now}
        self._tenant = tenant
        self._urls: dict[str, str] = {}
        self._ordinals: Counter[str] = Counter()

    def take_documents(self, documents: Sequence[DocumentRecord]) -> None:
        rows: list[Values] = [self._common | asdict(document) for document in documents]
        for row in rows:
            own = {"document_id": row["document_id"], "tenant": self._tenant}
            if self._session.rows(_FOREIGN, own):
                raise Conflict("The snapshot holds a document that is another tenant's.")
        same = ("tenant", "source_id", "uri", "document_id")
        self._session.change_each(_NAMESAKES, [{name: row[name] for name in same} for row in rows])
        self._session.change_each(_RESTORED, rows)
        self._urls |= {document.document_id: document.url or document.own_url for document in documents}

    def clear(self) -> None:
        """Removes what the tenant has indexed besides, and every passage that is about to come anew."""
        rows = self._session.rows(_INDEXED, {"tenant": self._tenant})
        gone = [row["document_id"] for row in rows if row["document_id"] not in self._urls]
        values = [{"id": document_id} for document_id in gone]
        self._session.change_each("DELETE FROM documents WHERE document_id = :id", values)
        self._session.change(_EMPTIED, {"tenant": self._tenant, "revision": self._common["revision"]})

    def take_passages(self, entries: Sequence[StoredPassage], embedder: str) -> None:
        rows: list[Values] = [self._passage_row(entry.passage) for entry in entries]
        self._session.change_each(_PASSAGE, rows)
        vectors: list[Values] = [
            {
                "embedder": embedder,
                "hash": row["text_hash"],
                "vector": np.ascontiguousarray(entry.vector, "<f4").tobytes(),
            }
            for row, entry in zip(rows, entries, strict=True)
        ]
        self._session.change_each(_VECTOR, vectors)

    def finish(self) -> None:
        if self._session.rows(_TWICE):
            raise Conflict("The snapshot holds a passage whose id is taken.")
        self._session.change(_COUNTED, {"tenant": self._tenant, "revision": self._common["revision"]})

    def _passage_row(self, passage: Passage) -> dict[str, Value]:
        url = self._urls.get(passage.document_id)
        if url is None:
            raise Conflict("The snapshot holds a passage that belongs to none of its documents.")
        ordinal = self._ordinals[passage.document_id]
        self._ordinals[passage.document_id] += 1
        return {
            "document_id": passage.document_id,
            "ordinal": ordinal,
            "passage_id": passage.passage_id,
            "heading_path": orjson.dumps(passage.heading_path).decode(),
            "anchor": "" if passage.url == url else passage.url.partition("#")[2],
            "text": passage.text,
            "first": passage.start,
            "past": passage.end,
            "text_hash": hashlib.sha256(passage.indexed_text.encode()).digest(),
            "page": passage.page,
            "language": passage.language,
            "access": orjson.dumps(passage.access).decode(),
        }
