"""Retrieval's SQLite file, and what earlier versions left in it."""

from __future__ import annotations

import shutil
from pathlib import Path

from libs.common.sqlite_database import open_database
from services.retrieval.database import next_revision
from services.retrieval.database_sqlite import MIGRATIONS, SqliteDatabase


def test_it_opens_again_with_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "new" / "documents.sqlite"
    first = SqliteDatabase(path)
    with first.transaction() as session:
        next_revision(session)
    first.close()
    second = SqliteDatabase(path, relaxed=True)
    with second.session() as session:
        assert session.rows("SELECT accepted_revision FROM ingest_state")[0]["accepted_revision"] == 1
    second.close()


def test_documents_and_passages_of_the_first_release_stay(tmp_path: Path) -> None:
    released, path = tmp_path / "migrations", tmp_path / "documents.sqlite"
    released.mkdir()
    shutil.copy(MIGRATIONS / "0001_documents.sql", released)
    old = open_database(path, released)
    old.execute(
        "INSERT INTO documents (document_id, tenant, uri, url, content_type, source_id, access, updated_at,"
        " content_hash, size_bytes, state, revision, last_seen_at, last_changed_at)"
        " VALUES ('d_1', 'acme', 'a.md', '', 'text/markdown', 'docs', '[]', '', 'hash', 7, 'indexed', 3, 5, 5)"
    )
    old.execute(
        "INSERT INTO passages (document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past,"
        " text_hash) VALUES ('d_1', 1, 0, 'p', '[]', '', 'text', 0, 4, x'00')"
    )
    old.execute("UPDATE ingest_state SET accepted_revision = 3, recipe = 'old'")
    old.close()
    database = SqliteDatabase(path)
    with database.session() as session:
        (document,) = session.rows("SELECT * FROM documents")
        assert (document["document_id"], document["state"], document["waiting"]) == ("d_1", "indexed", 0)
        assert len(session.rows("SELECT * FROM passages")) == 1
        (state,) = session.rows("SELECT * FROM ingest_state")
        assert (state["accepted_revision"], state["recipe"]) == (3, "old")
        session.change("DELETE FROM documents")
        assert session.rows("SELECT * FROM passages") == []
    database.close()
