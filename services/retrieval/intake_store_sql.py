"""The intake's store in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import orjson

from libs.common.clock import Clock
from services.retrieval.database import (
    Database,
    Row,
    Session,
    Value,
    next_revision,
    note_change,
    tenant_revision,
)
from services.retrieval.document_store_sql import delete_documents
from services.retrieval.documents import DocumentHeader, document_id_of
from services.retrieval.intake import Arrival

_KNOWN = """
SELECT document_id, uri, content_hash, url, access, content_type, given, state, retryable FROM documents
WHERE tenant = :tenant AND source_id = :source AND uri IN ({uris})
"""
_SEEN = "UPDATE documents SET last_seen_at = :now WHERE document_id = :id"
_CHANGED = """
INSERT INTO documents (
    document_id, tenant, source_id, uri, url, content_type, access, updated_at, given, content_hash,
    size_bytes, state, revision, pending_since, last_seen_at, last_changed_at
) VALUES (
    :document_id, :tenant, :source, :uri, :url, :content_type, :access, :updated_at, :given, :content_hash,
    :size_bytes, 'pending', :revision, :now, :now, :now
) ON CONFLICT (tenant, source_id, uri) DO UPDATE SET
    url = excluded.url, content_type = excluded.content_type, access = excluded.access,
    updated_at = excluded.updated_at, given = excluded.given, content_hash = excluded.content_hash,
    size_bytes = excluded.size_bytes, state = 'pending', reason = '', reason_code = '', retryable = 0,
    attempts = 0, waiting = 1, parsed = 0, revision = excluded.revision, not_before = 0, lease_until = 0,
    pending_since = excluded.pending_since, last_seen_at = excluded.last_seen_at,
    last_changed_at = excluded.last_changed_at
"""


class SqlIntakeStore:
    """An `IntakeStore`; safe to call from several threads.

    Args:
        database: Retrieval's database.
        clock: Tells when a document was seen.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def record(self, tenant: str, source_id: str, arrivals: Sequence[Arrival]) -> int:
        """Records documents as seen, the new and changed ones as pending; returns how many those are.

        Changed means: other content, address, access tags, media type or other metadata. A new time stamp
        alone is no change (a fresh checkout has new ones throughout). A failed document that may be tried
        again is tried again.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            known = _known(session, tenant, source_id, arrivals)
            changed = [arrival for arrival in arrivals if not _same(known.get(arrival.header.uri), arrival)]
            if changed:
                _upsert(session, tenant, source_id, changed, now)
            uris = {arrival.header.uri for arrival in changed}
            seen = sorted(row["document_id"] for uri, row in known.items() if uri not in uris)
            session.change_each(_SEEN, [{"id": document_id, "now": now} for document_id in seen])
        return len(changed)

    def remove_absent(self, tenant: str, source_id: str, present: AbstractSet[str]) -> int:
        """Removes the source's documents whose uris are not present; returns how many."""
        with self._database.transaction() as session:
            rows = session.rows(
                "SELECT document_id, uri FROM documents WHERE tenant = :tenant AND source_id = :source",
                {"tenant": tenant, "source": source_id},
            )
            absent = [row["document_id"] for row in rows if row["uri"] not in present]
            delete_documents(session, tenant, absent)
        return len(absent)

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        with self._database.session() as session:
            return tenant_revision(session, tenant)


def _known(session: Session, tenant: str, source_id: str, arrivals: Sequence[Arrival]) -> Mapping[str, Row]:
    uris: dict[str, Value] = {f"u{number}": arrival.header.uri for number, arrival in enumerate(arrivals)}
    sql = _KNOWN.format(uris=", ".join(f":{name}" for name in uris))
    rows = session.rows(sql, uris | {"tenant": tenant, "source": source_id}) if uris else ()
    return {row["uri"]: row for row in rows}


def _same(row: Row | None, arrival: Arrival) -> bool:
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


def _upsert(session: Session, tenant: str, source_id: str, arrivals: Sequence[Arrival], now: float) -> None:
    revision = next_revision(session)
    note_change(session, tenant, revision)
    rows: list[Mapping[str, Value]] = []
    for arrival in arrivals:
        header = arrival.header
        rows.append(
            {
                "document_id": document_id_of(tenant, source_id, header.uri),
                "tenant": tenant,
                "source": source_id,
                "uri": header.uri,
                "url": header.url,
                "content_type": header.content_type,
                "access": _tags(header.access),
                "updated_at": header.updated_at,
                "given": _given(header),
                "content_hash": arrival.content_hash,
                "size_bytes": arrival.size_bytes,
                "revision": revision,
                "now": now,
            }
        )
    session.change_each(_CHANGED, rows)


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
