"""Retrieval's database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from libs.common.sqlite_database import transaction
from services.retrieval.database import next_revision, note_change, open_retrieval_database, tenant_revision
from tests.retrieval.conftest import Connect


def test_a_new_database_has_accepted_nothing(connect: Connect) -> None:
    state = connect().execute("SELECT * FROM ingest_state").fetchone()
    assert (state["accepted_revision"], state["recipe"], state["phase"]) == (0, "", "")


def test_a_revision_belongs_to_the_transaction_that_raises_it(connect: Connect) -> None:
    connection = connect()
    connection.execute("BEGIN")
    assert next_revision(connection) == 1
    connection.execute("ROLLBACK")
    with transaction(connection):
        assert next_revision(connection) == 1
        note_change(connection, "acme", 1)
    with transaction(connection):
        note_change(connection, "acme", next_revision(connection))
    assert tenant_revision(connection, "acme") == 2


def test_passages_leave_with_their_document(connect: Connect) -> None:
    connection = connect()
    connection.execute(
        "INSERT INTO documents (document_id, tenant, uri, url, content_type, source_id, access, updated_at,"
        " content_hash, size_bytes, state, revision, last_seen_at, last_changed_at)"
        " VALUES ('d', 't', 'u', '', '', '', '[]', '', '', 0, 'pending', 1, 0, 0)"
    )
    connection.execute(
        "INSERT INTO passages (document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past,"
        " text_hash) VALUES ('d', 1, 0, 'p', '[]', '', 'text', 0, 4, x'00')"
    )
    connection.execute("DELETE FROM documents")
    assert connection.execute("SELECT count(*) FROM passages").fetchone()[0] == 0


def test_no_document_has_an_unknown_state(connect: Connect) -> None:
    connection = connect()
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(
            "INSERT INTO documents (document_id, tenant, uri, url, content_type, source_id, access, updated_at,"
            " content_hash, size_bytes, state, revision, last_seen_at, last_changed_at)"
            " VALUES ('d', 't', 'u', '', '', '', '[]', '', '', 0, 'lost', 1, 0, 0)"
        )


def test_it_opens_again_with_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "new" / "documents.sqlite"
    first = open_retrieval_database(path)
    with transaction(first):
        next_revision(first)
    first.close()
    second = open_retrieval_database(path)
    assert second.execute("SELECT accepted_revision FROM ingest_state").fetchone()[0] == 1
    second.close()
