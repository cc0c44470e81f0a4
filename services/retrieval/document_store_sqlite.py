"""The document store on SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence

import orjson

from libs.common.clock import rfc3339
from libs.common.sqlite_database import storage_errors, transaction
from services.retrieval.database import next_revision, note_change, tenant_revision
from services.retrieval.document_metadata import narrowed
from services.retrieval.documents import Document, Progress, StateCounts


class SqliteDocumentStore:
    """A `DocumentStore`; safe to call from several threads.

    Args:
        connection: A connection of its own to retrieval's database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def list(self, tenant: str, page_size: int, after_uri: str, state: str | None) -> list[Document]:
        """Returns documents ordered by uri, from the first one past `after_uri`; all states by default."""
        narrowed = "" if state is None else " AND state = :state"
        rows = self._rows(
            f"SELECT * FROM documents WHERE tenant = :tenant AND uri > :after{narrowed}"  # noqa: S608
            " ORDER BY uri LIMIT :limit",
            {"tenant": tenant, "after": after_uri, "state": state, "limit": page_size},
        )
        return [_document(row) for row in rows]

    def get(self, tenant: str, document_id: str) -> Document | None:
        """Returns a document of the tenant."""
        rows = self._rows(
            "SELECT * FROM documents WHERE document_id = :id AND tenant = :tenant",
            {"id": document_id, "tenant": tenant},
        )
        return _document(rows[0]) if rows else None

    def delete(self, tenant: str, ids: Sequence[str]) -> int:
        """Removes documents, which leave the index with the next build, and returns how many there were."""
        with self._lock, transaction(self._connection):
            return delete_documents(self._connection, tenant, ids)

    def counts(self, tenant: str) -> StateCounts:
        """Returns how many documents are in each state."""
        rows = self._rows(
            "SELECT state, count(*) AS documents FROM documents WHERE tenant = :tenant GROUP BY state",
            {"tenant": tenant},
        )
        return StateCounts(**{row["state"]: row["documents"] for row in rows})

    def progress(self) -> Progress:
        """Returns what the ingest worker is doing, for all tenants together."""
        (row,) = self._rows("SELECT phase, done, total, rate FROM ingest_state", {})
        return Progress(row["phase"], row["done"], row["total"], row["rate"])

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        with self._lock, storage_errors("The documents' database"):
            return tenant_revision(self._connection, tenant)

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            self._connection.close()

    def _rows(self, sql: str, values: dict[str, object]) -> Sequence[sqlite3.Row]:
        with self._lock, storage_errors("The documents' database"):
            return self._connection.execute(sql, values).fetchall()


def delete_documents(connection: sqlite3.Connection, tenant: str, ids: Sequence[str]) -> int:
    """Deletes documents with their passages and notes the change; inside a transaction."""
    deleted = 0
    for document_id in ids:
        cursor = connection.execute(
            "DELETE FROM documents WHERE document_id = ? AND tenant = ?", (document_id, tenant)
        )
        deleted += cursor.rowcount
    if deleted:
        note_change(connection, tenant, next_revision(connection))
    return deleted


def _access(row: sqlite3.Row) -> tuple[str, ...]:
    given = tuple(orjson.loads(row["access"]))
    return narrowed(given, orjson.loads(row["read_access"])) or given


def _document(row: sqlite3.Row) -> Document:
    return Document(
        document_id=row["document_id"],
        tenant=row["tenant"],
        uri=row["uri"],
        url=row["url"] or row["own_url"],
        title=row["title"],
        content_type=row["content_type"],
        state=row["state"],
        reason=row["reason"],
        retryable=bool(row["retryable"]),
        attempts=row["attempts"],
        passages=row["passages"],
        size_bytes=row["size_bytes"],
        content_hash=row["content_hash"],
        access=_access(row),
        source_id=row["source_id"],
        last_seen_at=rfc3339(row["last_seen_at"]),
        last_changed_at=rfc3339(row["last_changed_at"]),
        reason_code=row["reason_code"],
        tags=tuple(orjson.loads(row["tags"])),
        language=row["language"],
        product=row["product"],
        version=row["version"],
        updated_at=row["updated_at"] or row["own_updated_at"],
    )
