"""The ingest queue on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

import orjson

from libs.common.clock import Clock
from libs.common.sqlite_database import storage_errors, transaction
from services.retrieval.database import next_revision, note_change
from services.retrieval.document_metadata import Metadata
from services.retrieval.ingest_queue import (
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    ClaimedDocument,
    StagedPassage,
    Standing,
)

RETRY_SECONDS = 5.0
"""Pause before the second attempt; each further one doubles it."""

_OPEN = "parsed = 0 AND attempts < :most AND not_before <= :now AND lease_until <= :now"
_WAITING = f"""
SELECT document_id, tenant, uri, content_type, content_hash, revision, attempts,
    url, updated_at, access, given FROM (
    SELECT * FROM documents WHERE state = 'pending' AND {_OPEN}
    UNION ALL
    SELECT * FROM documents WHERE state = 'failed' AND retryable = 1 AND {_OPEN}
) ORDER BY attempts > 0, revision, document_id LIMIT :limit
"""  # noqa: S608
_CLAIMED = "UPDATE documents SET attempts = attempts + 1, lease_until = ? WHERE document_id = ?"
_DYING = """
SELECT document_id FROM documents
WHERE state = 'pending' AND parsed = 0 AND attempts >= :most AND lease_until <= :now
"""
_GIVEN_UP = """
UPDATE documents SET state = 'failed', retryable = 0, passages = 0,
    reason_code = 'worker_ended',
    reason = 'Reading it ended the ingest worker ' || attempts || ' times; repair or split the document.'
WHERE document_id = ?
"""
_STAGED = """
INSERT INTO passages (
    document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past, text_hash,
    page, language, access
) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_READ = """
UPDATE documents SET state = 'pending', parsed = 1, lease_until = 0, reason = '', reason_code = '',
    retryable = 0, revision = ?, title = ?, own_url = ?, own_updated_at = ?, read_access = ?, tags = ?,
    language = ?, product = ?, version = ?
WHERE document_id = ?
"""
_SETTLED = """
UPDATE documents SET state = ?, reason = ?, reason_code = ?, retryable = ?, not_before = ?, lease_until = 0,
    parsed = 0, passages = passages * ?, revision = ?
WHERE document_id = ? AND revision = ?
"""
_STANDING = """
SELECT (SELECT accepted_revision FROM ingest_state) AS accepted, count(*) AS unfinished,
    coalesce(sum(parsed = 0), 0) AS unread, min(revision) AS oldest
FROM documents WHERE state = 'pending'
"""


class SqliteIngestQueue:
    """An `IngestQueue` for the one worker of an embedded index.

    Args:
        connection: The worker's connection to retrieval's database.
        clock: Tells when leases and pauses end.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def adopt(self, recipe: str, floor: int) -> None:
        """Begins work: frees a dead worker's claims, and has all documents read again by a new recipe."""
        with transaction(self._connection):
            self._connection.execute("UPDATE documents SET lease_until = 0 WHERE lease_until > 0")
            self._connection.execute(
                "UPDATE ingest_state SET accepted_revision = ? WHERE accepted_revision < ?", (floor, floor)
            )
            known = self._connection.execute("SELECT recipe FROM ingest_state").fetchone()["recipe"]
            if known == recipe:
                return
            self._connection.execute("UPDATE ingest_state SET recipe = ?", (recipe,))
            if known:
                self._begin_anew()

    def claim(self, limit: int) -> list[ClaimedDocument]:
        """Takes documents to read, the longest waiting first; one that was tried before comes alone."""
        now = self._clock.now()
        values = {"most": MAX_ATTEMPTS, "now": now, "limit": limit}
        with storage_errors("The documents' database"):
            waiting = self._connection.execute(_WAITING, values | {"limit": 1}).fetchone()
        if waiting is None:
            self._give_up(values)
            return []
        with transaction(self._connection):
            rows = self._connection.execute(_WAITING, values).fetchall()
            fresh = [row for row in rows if row["attempts"] == 0]
            taken = fresh or rows[:1]
            leases = [(now + LEASE_SECONDS, row["document_id"]) for row in taken]
            self._connection.executemany(_CLAIMED, leases)
        return [_claimed(row) for row in taken]

    def release(self, documents: Sequence[ClaimedDocument]) -> None:
        """Gives documents back that were not tried."""
        with transaction(self._connection):
            self._connection.executemany(
                "UPDATE documents SET attempts = attempts - 1, lease_until = 0"
                " WHERE document_id = ? AND revision = ?",
                [(document.document_id, document.revision) for document in documents],
            )

    def stage(self, document: ClaimedDocument, metadata: Metadata, passages: Sequence[StagedPassage]) -> bool:
        """Records what was read; tells whether it still counts (the document has not changed since)."""
        with transaction(self._connection):
            revision = self._revision_for(document)
            if revision is None:
                return False
            self._connection.execute(
                "DELETE FROM passages WHERE document_id = ? AND live = 0", (document.document_id,)
            )
            self._connection.executemany(_STAGED, _rows(document, metadata, passages))
            self._connection.execute(
                _READ,
                (
                    *(revision, metadata.title, metadata.url, metadata.updated_at),
                    *(_json(metadata.access), _json(metadata.tags)),
                    *(metadata.language, metadata.product, metadata.version, document.document_id),
                ),
            )
        return True

    def settle(
        self,
        document: ClaimedDocument,
        state: Literal["skipped", "failed"],
        reason: str,
        *,
        retry: bool,
        code: str = "",
    ) -> None:
        """Records that a document yields nothing: its passages leave, unless it will be tried again."""
        again = retry and document.attempts < MAX_ATTEMPTS
        pause = RETRY_SECONDS * 2 ** (document.attempts - 1)
        with transaction(self._connection):
            revision = document.revision if again else self._revision_for(document)
            if revision is None:
                return
            if not again:
                self._delete_passages(document.document_id)
            self._connection.execute(
                _SETTLED,
                (
                    *(state, reason, code, retry, self._clock.now() + pause if again else 0.0),
                    *(again, revision, document.document_id, document.revision),
                ),
            )

    def standing(self) -> Standing:
        """Tells how far the ingest has come."""
        with storage_errors("The documents' database"):
            row = self._connection.execute(_STANDING).fetchone()
        settled = row["accepted"] if row["oldest"] is None else row["oldest"] - 1
        return Standing(row["accepted"], settled, row["unread"], row["unfinished"])

    def _begin_anew(self) -> None:
        revision = next_revision(self._connection)
        self._connection.execute(
            "UPDATE documents SET state = 'pending', reason = '', reason_code = '', retryable = 0,"
            " attempts = 0, parsed = 0, not_before = 0, revision = ?",
            (revision,),
        )
        self._connection.execute("UPDATE tenant_revisions SET revision = ?", (revision,))

    def _give_up(self, values: dict[str, float]) -> None:
        with storage_errors("The documents' database"):
            dying = self._connection.execute(_DYING, values).fetchall()
        if not dying:
            return
        with transaction(self._connection):
            for row in dying:
                self._connection.execute(_GIVEN_UP, (row["document_id"],))
                self._delete_passages(row["document_id"])

    def _revision_for(self, document: ClaimedDocument) -> int | None:
        """Returns the revision that a result belongs to; None when the document has changed meanwhile.

        A document that had failed counts as settled at its old revision: its new state is a new change.
        """
        row = self._connection.execute(
            "SELECT state, revision FROM documents WHERE document_id = ?", (document.document_id,)
        ).fetchone()
        if row is None or row["revision"] != document.revision:
            return None
        if row["state"] == "pending":
            return document.revision
        revision = next_revision(self._connection)
        note_change(self._connection, document.tenant, revision)
        return revision

    def _delete_passages(self, document_id: str) -> None:
        self._connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))


def _claimed(row: sqlite3.Row) -> ClaimedDocument:
    return ClaimedDocument(
        document_id=row["document_id"],
        tenant=row["tenant"],
        uri=row["uri"],
        content_type=row["content_type"],
        content_hash=row["content_hash"],
        revision=row["revision"],
        attempts=row["attempts"] + 1,
        given=_given(row),
    )


def _given(row: sqlite3.Row) -> Metadata:
    said = orjson.loads(row["given"])
    return Metadata(
        title=said.get("title", ""),
        url=row["url"],
        updated_at=row["updated_at"],
        access=tuple(orjson.loads(row["access"])),
        tags=tuple(said.get("tags", ())),
        language=said.get("language", ""),
        product=said.get("product", ""),
        version=said.get("version", ""),
    )


def _rows(
    document: ClaimedDocument, metadata: Metadata, passages: Sequence[StagedPassage]
) -> Iterable[tuple[str | int | bytes, ...]]:
    access = _json(metadata.access)
    for ordinal, passage in enumerate(passages):
        path = _json(passage.heading_path)
        yield (
            *(document.document_id, ordinal, passage.passage_id, path, passage.anchor, passage.text),
            *(passage.start, passage.end, passage.text_hash, passage.page, passage.language, access),
        )


def _json(words: Sequence[str]) -> str:
    return orjson.dumps(words).decode()
