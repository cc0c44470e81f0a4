"""Which documents resemble each other, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from services.retrieval.database import Database, Row, Session
from services.retrieval.document_digest import DocumentDigest, similarity
from services.retrieval.resemblance import NEARLY

MOST_CANDIDATES = 200
"""Documents that one is compared with at most: a page that thousands resemble needs no better."""

# What seems to be said twice lets both databases use their partial indexes.
_UNLIKE = """
UPDATE documents SET compared = 0 WHERE (duplicate_of = :id AND duplicate_of <> '')
    OR (near_duplicate_of = :id AND near_duplicate_of <> '')
"""
_KEPT = """
INSERT INTO document_digests (document_id, tenant, text_digest, signature, words, titled, links, anchors)
VALUES (:id, :tenant, :digest, :signature, :words, :titled, :links, :anchors)
ON CONFLICT (document_id) DO UPDATE SET text_digest = excluded.text_digest,
    signature = excluded.signature, words = excluded.words, titled = excluded.titled,
    links = excluded.links, anchors = excluded.anchors
"""
_UNCOMPARED = """
SELECT document_id FROM documents WHERE compared = 0 AND state = 'indexed'
ORDER BY revision, document_id LIMIT :limit
"""
_SELF = """
SELECT g.document_id, g.tenant, g.text_digest, g.signature FROM document_digests g
WHERE g.document_id = :id
"""
_SAME = """
SELECT g.document_id FROM document_digests g JOIN documents d ON d.document_id = g.document_id
WHERE g.tenant = :tenant AND g.text_digest = :digest AND g.words > 0
ORDER BY d.uri, d.document_id
"""
# Ties go to the smallest id, so that the outcome does not hang on the order of arrival.
_CANDIDATES = """
SELECT c.document_id, g.signature, d.near_duplicate_of, d.similarity
FROM (
    SELECT DISTINCT theirs.document_id FROM document_bands ours
    JOIN document_bands theirs ON theirs.tenant = ours.tenant AND theirs.band = ours.band
    WHERE ours.document_id = :id AND theirs.document_id <> :id ORDER BY theirs.document_id LIMIT :most
) c
JOIN documents d ON d.document_id = c.document_id AND d.duplicate_of = ''
JOIN document_digests g ON g.document_id = c.document_id AND g.text_digest <> :digest
ORDER BY c.document_id
"""
_FOUND = """
UPDATE documents SET compared = 1, duplicate_of = :same, near_duplicate_of = :near, similarity = :similarity
WHERE document_id = :id
"""
_BETTER = "UPDATE documents SET near_duplicate_of = :near, similarity = :similarity WHERE document_id = :id"
_NOT_NEAR = """
UPDATE documents SET compared = 0 WHERE near_duplicate_of = :id AND near_duplicate_of <> ''
"""


class SqlResemblance:
    """A `Resemblance`.

    Args:
        database: Retrieval's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def compare(self, limit: int) -> int:
        """Compares documents that are new or whose like has changed; returns how many it did."""
        with self._database.session() as session:
            waiting = [row["document_id"] for row in session.rows(_UNCOMPARED, {"limit": limit})]
        for document_id in waiting:
            with self._database.transaction() as session:
                _compare(session, document_id)
        return len(waiting)


def keep_digest(session: Session, tenant: str, document_id: str, digest: DocumentDigest) -> None:
    """Records what a document says, and has those compared anew that it resembled; inside a transaction."""
    session.change(_UNLIKE, {"id": document_id})
    session.change(
        _KEPT,
        {
            "id": document_id,
            "tenant": tenant,
            "digest": digest.text_digest,
            "signature": digest.signature,
            "words": digest.words,
            "titled": int(digest.titled),
            "links": orjson.dumps(digest.links).decode(),
            "anchors": orjson.dumps(digest.anchors).decode(),
        },
    )
    session.change("DELETE FROM document_bands WHERE document_id = :id", {"id": document_id})
    session.change_each(
        "INSERT INTO document_bands (tenant, band, document_id) VALUES (:tenant, :band, :id)",
        [{"tenant": tenant, "band": band, "id": document_id} for band in digest.bands],
    )


def forget_likeness(session: Session, ids: Sequence[str]) -> None:
    """Has those compared anew that documents resembled which leave; inside a transaction."""
    session.change_each(_UNLIKE, [{"id": document_id} for document_id in ids])


def forget_digest(session: Session, document_id: str) -> None:
    """Forgets what a document says, and has those compared anew that it resembled; inside a transaction."""
    values = {"id": document_id}
    session.change(_UNLIKE, values)
    session.change("DELETE FROM document_digests WHERE document_id = :id", values)
    session.change("DELETE FROM document_bands WHERE document_id = :id", values)
    session.change(_FOUND, {"id": document_id, "same": "", "near": "", "similarity": 0.0})


def _compare(session: Session, document_id: str) -> None:
    rows = session.rows(_SELF, {"id": document_id})
    if not rows:  # read before digests were taken, or deleted meanwhile
        session.change(_FOUND, {"id": document_id, "same": "", "near": "", "similarity": 0.0})
        return
    own = rows[0]
    same = session.rows(_SAME, {"tenant": own["tenant"], "digest": own["text_digest"]})
    first = same[0]["document_id"] if same else document_id
    for row in same:
        if row["document_id"] not in (first, document_id):
            _mark_same(session, row["document_id"], first)
    if first != document_id:
        _mark_same(session, document_id, first)
        return
    near, likeness = _nearest(session, own)
    session.change(_FOUND, {"id": document_id, "same": "", "near": near, "similarity": likeness})


def _mark_same(session: Session, document_id: str, first: str) -> None:
    session.change(_NOT_NEAR, {"id": document_id})  # what is like both is compared with the first
    session.change(_FOUND, {"id": document_id, "same": first, "near": "", "similarity": 1.0})


def _nearest(session: Session, own: Row) -> tuple[str, float]:
    """Returns the document most like this one, and how like it is; tells those which are likest this."""
    candidates = session.rows(
        _CANDIDATES, {"id": own["document_id"], "digest": own["text_digest"], "most": MOST_CANDIDATES}
    )
    alike = [
        (row, likeness)
        for row in candidates
        if (likeness := similarity(own["signature"], row["signature"])) >= NEARLY
    ]
    _tell(session, own, alike)
    if not alike:
        return "", 0.0
    best, likeness = max(alike, key=lambda pair: pair[1])
    return best["document_id"], likeness


def _tell(session: Session, own: Row, alike: Sequence[tuple[Row, float]]) -> None:
    for row, likeness in alike:
        better = likeness > row["similarity"] or (
            likeness == row["similarity"] and row["near_duplicate_of"] > own["document_id"]
        )
        if better:
            session.change(
                _BETTER, {"id": row["document_id"], "near": own["document_id"], "similarity": likeness}
            )
