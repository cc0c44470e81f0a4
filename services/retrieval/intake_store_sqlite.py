"""The intake's store on SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import orjson

from libs.common.clock import Clock
from libs.common.sqlite_database import storage_errors, transaction
from services.retrieval.database import next_revision, note_change, tenant_revision
from services.retrieval.document_store_sqlite import delete_documents
from services.retrieval.documents import DocumentHeader
from services.retrieval.intake import Arrival

_KNOWN = (
    "SELECT content_hash, url, access, content_type, given, state, retryable FROM documents"
    " WHERE document_id = ?"
)
_SEEN = "UPDATE documents SET last_seen_at = ?, source_id = ? WHERE document_id = ?"
_CHANGED = """
INSERT INTO documents (
    document_id, tenant, uri, url, content_type, source_id, access, updated_at, given, content_hash,
    size_bytes, state, revision, last_seen_at, last_changed_at
) VALUES (
    :document_id, :tenant, :uri, :url, :content_type, :source_id, :access, :updated_at, :given,
    :content_hash, :size_bytes, 'pending', :revision, :now, :now
) ON CONFLICT (document_id) DO UPDATE SET
    url = excluded.url, content_type = excluded.content_type, source_id = excluded.source_id,
    access = excluded.access, updated_at = excluded.updated_at, given = excluded.given,
    content_hash = excluded.content_hash, size_bytes = excluded.size_bytes, state = 'pending', reason = '',
    reason_code = '', retryable = 0, attempts = 0, parsed = 0, revision = excluded.revision,
    not_before = 0, lease_until = 0, last_seen_at = excluded.last_seen_at,
    last_changed_at = excluded.last_changed_at
"""


class SqliteIntakeStore:
    """An `IntakeStore`; safe to call from several threads.

    Args:
        connection: A connection of its own to retrieval's database.
        clock: Tells when a document was seen.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._lock = threading.Lock()

    def record(self, tenant: str, source_id: str, arrivals: Sequence[Arrival]) -> int:
        """Records documents as seen, the new and changed ones as pending; returns how many those are.

        Changed means: other content, address, access tags, media type or other metadata. A new time
        stamp alone is no change (a fresh checkout has new ones throughout). A failed document that may be
        tried again is tried again.
        """
        now = self._clock.now()
        with self._lock, transaction(self._connection):
            changed = []
            for arrival in arrivals:
                if self._is_known(arrival):
                    self._connection.execute(_SEEN, (now, source_id, arrival.document_id))
                else:
                    changed.append(arrival)
            if changed:
                self._upsert(tenant, source_id, changed, now)
        return len(changed)

    def remove_absent(self, tenant: str, source_id: str, present: AbstractSet[str]) -> int:
        """Removes the source's documents whose ids are not present; returns how many."""
        with self._lock, transaction(self._connection):
            rows = self._connection.execute(
                "SELECT document_id FROM documents WHERE tenant = ? AND source_id = ?", (tenant, source_id)
            ).fetchall()
            absent = [row["document_id"] for row in rows if row["document_id"] not in present]
            return delete_documents(self._connection, tenant, absent)

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        with self._lock, storage_errors("The documents' database"):
            return tenant_revision(self._connection, tenant)

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            self._connection.close()

    def _is_known(self, arrival: Arrival) -> bool:
        row = self._connection.execute(_KNOWN, (arrival.document_id,)).fetchone()
        if row is None or (row["state"] == "failed" and row["retryable"]):
            return False
        header = arrival.header
        return (row["content_hash"], row["url"], row["access"], row["content_type"], row["given"]) == (
            arrival.content_hash,
            header.url,
            _tags(header.access),
            header.content_type,
            _given(header),
        )

    def _upsert(self, tenant: str, source_id: str, arrivals: Sequence[Arrival], now: float) -> None:
        revision = next_revision(self._connection)
        note_change(self._connection, tenant, revision)
        for arrival in arrivals:
            header = arrival.header
            values = {
                "document_id": arrival.document_id,
                "tenant": tenant,
                "uri": header.uri,
                "url": header.url,
                "content_type": header.content_type,
                "source_id": source_id,
                "access": _tags(header.access),
                "updated_at": header.updated_at,
                "given": _given(header),
                "content_hash": arrival.content_hash,
                "size_bytes": arrival.size_bytes,
                "revision": revision,
                "now": now,
            }
            self._connection.execute(_CHANGED, values)


def _given(header: DocumentHeader) -> str:
    said = {
        "title": header.title,
        "tags": header.tags,
        "language": header.language,
        "product": header.product,
        "version": header.version,
    }
    return orjson.dumps({name: value for name, value in said.items() if value}).decode()


def _tags(access: tuple[str, ...]) -> str:
    return orjson.dumps(access).decode()
