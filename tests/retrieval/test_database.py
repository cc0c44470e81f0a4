"""Retrieval's database: the same behaviour on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.retrieval.database import next_revision, note_change, tenant_revision
from tests.retrieval.conftest import Connect, Look

_DOCUMENT = (
    "INSERT INTO documents (document_id, tenant, source_id, uri, url, content_type, access, updated_at,"
    " content_hash, size_bytes, state, revision, pending_since, last_seen_at, last_changed_at)"
    " VALUES (:id, 't', 's', :id, '', '', '[]', '', '', 0, :state, 1, 0, 0, 0)"
)
_PASSAGE = (
    "INSERT INTO passages (document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past,"
    " text_hash) VALUES (:id, 1, :ordinal, 'p', '[]', '', 'text', 0, 4, :hash)"
)


def test_a_new_database_has_accepted_nothing(look: Look) -> None:
    (state,) = look.rows("SELECT * FROM ingest_state")
    assert (state["accepted_revision"], state["recipe"]) == (0, "")


def test_a_revision_belongs_to_the_transaction_that_raises_it(connect: Connect) -> None:
    database = connect()
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        raise ZeroDivisionError(next_revision(session))
    with database.transaction() as session:
        assert next_revision(session) == 1
        note_change(session, "acme", 1)
    with database.transaction() as session:
        note_change(session, "acme", next_revision(session))
    with database.session() as session:
        assert tenant_revision(session, "acme") == 2
        assert tenant_revision(session, "other") == 0


def test_revisions_become_visible_in_their_order(connect: Connect, look: Look) -> None:
    """Else the worker would publish a revision while a document of an earlier one is still to come."""
    database, raised = connect(), threading.Event()

    def change(number: int) -> int:
        with connect().transaction() as session:
            revision = next_revision(session)
            raised.set()
            session.change(_DOCUMENT, {"id": f"d{number}", "state": "pending"})
            session.change(
                "UPDATE documents SET revision = :r WHERE document_id = :id",
                {"r": revision, "id": f"d{number}"},
            )
        return revision

    seen: list[tuple[int, int]] = []
    with ThreadPoolExecutor(4) as pool:
        changes = [pool.submit(change, number) for number in range(20)]
        raised.wait(10)
        while not all(change.done() for change in changes):
            with database.session() as session:
                (row,) = session.rows(
                    "SELECT (SELECT accepted_revision FROM ingest_state) AS accepted, count(*) AS documents"
                    " FROM documents"
                )
            seen.append((row["accepted"], row["documents"]))
    assert sorted(change.result() for change in changes) == list(range(1, 21))
    assert all(accepted == documents for accepted, documents in seen)
    assert look.one("SELECT count(*) AS v FROM documents") == 20


def test_what_fails_in_a_transaction_leaves_nothing(connect: Connect, look: Look) -> None:
    with pytest.raises(ZeroDivisionError), connect().transaction() as session:
        raise ZeroDivisionError(session.change(_DOCUMENT, {"id": "d", "state": "pending"}))
    assert look.one("SELECT count(*) AS v FROM documents") == 0


def test_passages_leave_with_their_document(connect: Connect, look: Look) -> None:
    look.change(_DOCUMENT, {"id": "d", "state": "pending"})
    rows: Sequence[dict[str, object]] = [{"id": "d", "ordinal": n, "hash": b"x"} for n in range(3)]
    with connect().transaction() as session:
        session.change_each(_PASSAGE, rows)  # type: ignore[arg-type]
    assert look.one("SELECT count(*) AS v FROM passages") == 3
    assert look.change("DELETE FROM documents") == 1
    assert look.one("SELECT count(*) AS v FROM passages") == 0


def test_no_document_has_an_unknown_state(look: Look) -> None:
    with pytest.raises(Exception, match=r"(?i)check"):
        look.change(_DOCUMENT, {"id": "d", "state": "lost"})


def test_a_snapshot_reads_one_moment_row_by_row(connect: Connect, look: Look) -> None:
    for number in range(5):
        look.change(_DOCUMENT, {"id": f"d{number}", "state": "pending"})
    with connect().snapshot() as session:
        rows = session.stream("SELECT document_id FROM documents ORDER BY document_id")
        first = next(rows)["document_id"]
        look.change("DELETE FROM documents")
        assert [first, *(row["document_id"] for row in rows)] == ["d0", "d1", "d2", "d3", "d4"]
    assert look.one("SELECT count(*) AS v FROM documents") == 0


def test_it_is_used_from_many_threads(connect: Connect, look: Look) -> None:
    database = connect()

    def add(number: int) -> int:
        with database.transaction() as session:
            return session.change(_DOCUMENT, {"id": f"d{number}", "state": "pending"})

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(40))) == 40
    assert look.one("SELECT count(*) AS v FROM documents") == 40
