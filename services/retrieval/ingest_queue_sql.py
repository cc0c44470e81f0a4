"""The ingest queue in SQL, for one worker or for several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from libs.common.clock import Clock
from services.retrieval.claimed_row import claimed, passage_rows, reading_row
from services.retrieval.database import Database, Row, Session, Value, next_revision, note_change
from services.retrieval.document_digest import DocumentDigest
from services.retrieval.document_metadata import Metadata
from services.retrieval.ingest_queue import (
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    RETRY_FACTOR,
    RETRY_SECONDS,
    ClaimedDocument,
    StagedPassage,
    Standing,
)
from services.retrieval.resemblance_sql import forget_digest, keep_digest

# The stored recipe is the newest worker's: one of an older version leaves the documents to its successors.
_WAITING = """
SELECT document_id, tenant, source_id, uri, content_type, content_hash, state, revision, attempts,
    url, updated_at, access, given
FROM documents
WHERE waiting = 1 AND not_before <= :now AND (SELECT recipe FROM ingest_state) = :recipe
ORDER BY not_before, revision, document_id LIMIT :limit
"""
_CLAIMED = """
UPDATE documents SET attempts = attempts + 1, worker = :worker, lease_until = :until, not_before = :until
WHERE document_id = :id
"""
_FREED = """
UPDATE documents SET lease_until = 0, not_before = CASE WHEN waiting = 1 THEN :now ELSE not_before END
WHERE lease_until > 0
"""
_CLAIM = "SELECT state, revision, attempts, waiting FROM documents WHERE document_id = :id"
_RELEASED = """
UPDATE documents SET attempts = attempts - 1, lease_until = 0, not_before = 0
WHERE document_id = :id AND revision = :revision AND attempts = :attempts AND waiting = 1
"""
_STAGED = """
INSERT INTO passages (
    document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past, text_hash, page,
    language, access
) VALUES (
    :document_id, 0, :ordinal, :passage_id, :heading_path, :anchor, :text, :first, :past, :text_hash, :page,
    :language, :access
)
"""
_READ = """
UPDATE documents SET state = 'pending', waiting = 0, parsed = 1, reason = '', reason_code = '',
    retryable = 0, revision = :revision, title = :title, own_url = :own_url,
    own_updated_at = :own_updated_at, read_access = :read_access, tags = :tags, language = :language,
    product = :product, version = :version, worker = :worker, lease_until = :until
WHERE document_id = :id
"""
_SETTLED = """
UPDATE documents SET state = :state, reason = :reason, reason_code = :code, retryable = :retry,
    waiting = :again, not_before = :not_before, lease_until = 0, parsed = 0, passages = passages * :again,
    revision = :revision
WHERE document_id = :id
"""
_UNLIKE = """
UPDATE documents SET compared = 1, duplicate_of = '', near_duplicate_of = '', similarity = 0
WHERE document_id = :id
"""
_ANEW = """
UPDATE documents SET state = 'pending', waiting = 1, parsed = 0, attempts = 0, not_before = 0,
    lease_until = 0, reason = '', reason_code = '', retryable = 0, revision = :revision, pending_since = :now
"""
_STANDING = """
SELECT (SELECT accepted_revision FROM ingest_state) AS accepted, count(*) AS unfinished,
    count(*) FILTER (WHERE waiting = 1) AS unread, min(revision) AS oldest
FROM documents WHERE state = 'pending'
"""


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims documents.

    Attributes:
        worker: Its name; no other worker's.
        alone: There is no other worker: what is claimed as it begins was a dead one's.
        lease_seconds: How long a claim holds; what takes longer may be read twice, and counts once.
    """

    worker: str
    alone: bool = True
    lease_seconds: float = LEASE_SECONDS


class SqlIngestQueue:
    """An `IngestQueue`.

    Args:
        database: Retrieval's database.
        clock: Tells when leases and pauses end.
        claimant: Who claims.
    """

    def __init__(self, database: Database, clock: Clock, claimant: Claimant) -> None:
        self._database = database
        self._clock = clock
        self._claimant = claimant
        self._recipe = ""

    def adopt(self, recipe: str, floor: int) -> None:
        """Begins work: frees a dead worker's claims, and has all documents read again by a new recipe."""
        self._recipe = recipe
        now = self._clock.now()
        with self._database.transaction() as session:
            session.change(
                "UPDATE ingest_state SET accepted_revision = :floor WHERE accepted_revision < :floor",
                {"floor": floor},
            )
            if self._claimant.alone:
                session.change(_FREED, {"now": now})
            (known,) = session.rows("SELECT recipe FROM ingest_state")
            if known["recipe"] == recipe:
                return
            session.change("UPDATE ingest_state SET recipe = :recipe", {"recipe": recipe})
            if known["recipe"]:
                revision = next_revision(session)
                session.change(_ANEW, {"revision": revision, "now": now})
                session.change("UPDATE tenant_revisions SET revision = :revision", {"revision": revision})

    def claim(self, limit: int) -> list[ClaimedDocument]:
        """Takes documents to read: the longest waiting first, after them those that were tried before."""
        now = self._clock.now()
        values: dict[str, Value] = {"now": now, "recipe": self._recipe, "limit": limit}
        with self._database.session() as session:
            if not session.rows(_WAITING, values | {"limit": 1}):
                return []
        until = now + self._claimant.lease_seconds
        with self._database.transaction() as session:
            rows = session.rows(f"{_WAITING} {self._database.skipping}", values)
            taken = [row for row in rows if row["attempts"] < MAX_ATTEMPTS]
            leases = [
                {"id": row["document_id"], "worker": self._claimant.worker, "until": until} for row in taken
            ]
            session.change_each(_CLAIMED, leases)
            for row in rows:
                if row["attempts"] >= MAX_ATTEMPTS:
                    self._give_up(session, row)
        return [claimed(row) for row in taken] if taken or not rows else self.claim(limit)

    def release(self, documents: Sequence[ClaimedDocument] = ()) -> None:
        """Gives documents back that were not tried, and lets other workers embed what this one has read."""
        with self._database.transaction() as session:
            session.change_each(
                _RELEASED,
                [{"id": d.document_id, "revision": d.revision, "attempts": d.attempts} for d in documents],
            )
            session.change(
                "UPDATE documents SET lease_until = 0 WHERE parsed = 1 AND worker = :worker",
                {"worker": self._claimant.worker},
            )

    def stage(
        self,
        document: ClaimedDocument,
        metadata: Metadata,
        passages: Sequence[StagedPassage],
        digest: DocumentDigest,
    ) -> bool:
        """Records what was read; tells whether it still counts (the document is still ours and the same)."""
        with self._database.transaction() as session:
            revision = self._revision_for(session, document)
            if revision is None:
                return False
            session.change(
                "DELETE FROM passages WHERE document_id = :id AND live = 0", {"id": document.document_id}
            )
            session.change_each(_STAGED, passage_rows(document, metadata, passages))
            keep_digest(session, document.tenant, document.document_id, digest)
            lease: dict[str, Value] = {
                "worker": self._claimant.worker,
                "until": self._clock.now() + self._claimant.lease_seconds,
                "revision": revision,
            }
            session.change(_READ, reading_row(document, metadata) | lease)
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
        pause = RETRY_SECONDS * RETRY_FACTOR ** (document.attempts - 1)
        with self._database.transaction() as session:
            revision = self._revision_for(session, document, change=not again)
            if revision is None:
                return
            if not again:
                self._clear(session, document.document_id)
            session.change(
                _SETTLED,
                {
                    "id": document.document_id,
                    "state": state,
                    "reason": reason,
                    "code": code,
                    "retry": int(retry),
                    "again": int(again),
                    "not_before": self._clock.now() + pause if again else 0.0,
                    "revision": revision,
                },
            )

    def standing(self) -> Standing:
        """Tells how far the ingest has come."""
        with self._database.session() as session:
            (row,) = session.rows(_STANDING)
        settled = row["accepted"] if row["oldest"] is None else row["oldest"] - 1
        return Standing(row["accepted"], settled, row["unread"], row["unfinished"])

    def _give_up(self, session: Session, row: Row) -> None:
        """Settles a document whose reading has ended its worker again and again."""
        self._clear(session, row["document_id"])
        reason = f"Reading it ended the ingest worker {row['attempts']} times; repair or split the document."
        session.change(
            _SETTLED,
            {
                "id": row["document_id"],
                "state": "failed",
                "reason": reason,
                "code": "worker_ended",
                "retry": 1,
                "again": 0,
                "not_before": 0.0,
                "revision": _settling_revision(session, row["state"], row["revision"], row["tenant"]),
            },
        )

    def _revision_for(
        self, session: Session, document: ClaimedDocument, *, change: bool = True
    ) -> int | None:
        """Returns the revision that a result belongs to; None when it does not count any more.

        It counts while the document has not changed, and nobody else has claimed it since.
        """
        rows = session.rows(
            f"{_CLAIM} {self._database.locking}",
            {"id": document.document_id},
        )
        expected = (document.revision, document.attempts, 1)
        if not rows or (rows[0]["revision"], rows[0]["attempts"], rows[0]["waiting"]) != expected:
            return None
        if not change:
            return document.revision
        return _settling_revision(session, rows[0]["state"], document.revision, document.tenant)

    @staticmethod
    def _clear(session: Session, document_id: str) -> None:
        session.change("DELETE FROM passages WHERE document_id = :id", {"id": document_id})
        forget_digest(session, document_id)
        session.change(_UNLIKE, {"id": document_id})


def _settling_revision(session: Session, state: str, revision: int, tenant: str) -> int:
    """Returns the revision of a document's new state.

    A document that had failed counts as settled at its old revision: its new state is a new change.
    """
    if state == "pending":
        return revision
    raised = next_revision(session)
    note_change(session, tenant, raised)
    return raised
