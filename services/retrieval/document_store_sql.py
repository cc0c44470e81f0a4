"""The document store in SQL."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from libs.common.clock import Clock, rfc3339
from services.retrieval.database import Database, Row, Session, Value, next_revision, note_change
from services.retrieval.document_metadata import narrowed
from services.retrieval.documents import Document, Outcome, Place
from services.retrieval.resemblance_sql import forget_likeness

_PAGE = """
SELECT * FROM documents WHERE tenant = :tenant AND (uri > :uri OR (uri = :uri AND document_id > :id)) {state}
ORDER BY uri, document_id LIMIT :limit
"""
_AGAIN = """
UPDATE documents SET state = 'pending', waiting = 1, parsed = 0, attempts = 0, not_before = 0,
    lease_until = 0, reason = '', reason_code = '', retryable = 0, revision = :revision, pending_since = :now
WHERE document_id = :id
"""


class SqlDocumentStore:
    """A `DocumentStore`; safe to call from several threads.

    Args:
        database: Retrieval's database.
        clock: Tells since when a document waits.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def list(self, tenant: str, page_size: int, after: Place, state: str | None) -> list[Document]:
        """Returns documents ordered by uri and id, from the first one past a place; all states by default."""
        values: dict[str, Value] = {"tenant": tenant, "uri": after[0], "id": after[1], "limit": page_size}
        narrowed = _PAGE.format(state="" if state is None else "AND state = :state")
        with self._database.session() as session:
            rows = session.rows(narrowed, values if state is None else values | {"state": state})
        return [_document(row) for row in rows]

    def get(self, tenant: str, document_id: str) -> Document | None:
        """Returns a document of the tenant."""
        with self._database.session() as session:
            row = _own(session, tenant, document_id)
        return None if row is None else _document(row)

    def delete(self, tenant: str, ids: Sequence[str]) -> Outcome:
        """Removes documents, which leave the index with the next build."""
        with self._database.transaction() as session:
            known = [one for one in dict.fromkeys(ids) if _own(session, tenant, one) is not None]
            delete_documents(session, tenant, known)
        return _outcome(len(known), ids, known)

    def retry(self, tenant: str, ids: Sequence[str]) -> Outcome:
        """Has documents read again now that failed, were skipped or wait for another attempt."""
        with self._database.transaction() as session:
            rows = [row for one in dict.fromkeys(ids) if (row := _own(session, tenant, one)) is not None]
            again = [row["document_id"] for row in rows if _may_be_retried(row)]
            if again:
                revision = next_revision(session)
                note_change(session, tenant, revision)
                now = self._clock.now()
                session.change_each(_AGAIN, [{"id": one, "revision": revision, "now": now} for one in again])
        return _outcome(len(again), ids, [row["document_id"] for row in rows])


def delete_documents(session: Session, tenant: str, ids: Sequence[str]) -> None:
    """Deletes documents of a tenant with all that was made of them; inside a transaction."""
    if not ids:
        return
    note_change(session, tenant, next_revision(session))
    forget_likeness(session, ids)
    session.change_each("DELETE FROM documents WHERE document_id = :id", [{"id": one} for one in ids])


def _own(session: Session, tenant: str, document_id: str) -> Row | None:
    if "\0" in document_id:  # of which PostgreSQL wants to know nothing
        return None
    rows = session.rows(
        "SELECT * FROM documents WHERE document_id = :id AND tenant = :tenant",
        {"id": document_id, "tenant": tenant},
    )
    return rows[0] if rows else None


def _may_be_retried(row: Row) -> bool:
    delayed = row["waiting"] and row["attempts"] > 0 and row["lease_until"] == 0
    return row["state"] in ("failed", "skipped") or bool(delayed)


def _outcome(done: int, ids: Sequence[str], known: Sequence[str]) -> Outcome:
    found = set(known)
    return Outcome(done, tuple(one for one in dict.fromkeys(ids) if one not in found))


def _access(row: Row) -> tuple[str, ...]:
    given = tuple(orjson.loads(row["access"]))
    return narrowed(given, orjson.loads(row["read_access"])) or given


def _document(row: Row) -> Document:
    again = row["waiting"] and row["not_before"] > 0 and row["attempts"] > 0
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
        next_attempt_at=rfc3339(row["not_before"]) if again else "",
        duplicate_of=row["duplicate_of"],
        near_duplicate_of=row["near_duplicate_of"],
        similarity=row["similarity"],
        tags=tuple(orjson.loads(row["tags"])),
        language=row["language"],
        product=row["product"],
        version=row["version"],
        updated_at=row["updated_at"] or row["own_updated_at"],
    )
