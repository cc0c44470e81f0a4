"""What PostgreSQL adds to the contract of `test_database`: several workers, and a server that dies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from libs.common.errors import DependencyUnavailable
from services.retrieval.database_postgres import MIGRATIONS, RetrievalPostgres
from services.retrieval.database_sqlite import SqliteDatabase
from tests.retrieval.conftest import Connect
from tests.servers.postgres_server import PostgresServer
from tests.servers.server_process import until

_CLAIM = "SELECT worker FROM workers ORDER BY worker LIMIT 1"


@pytest.mark.parametrize("connect", ["postgres"], indirect=True)
def test_rows_that_somebody_holds_are_passed_over(connect: Connect) -> None:
    database = connect()
    with database.session() as session:
        for name in ("w1", "w2"):
            values = {"worker": name}
            session.change("INSERT INTO workers VALUES (:worker, '', 0, 0, 0, 0)", values)
    with database.transaction() as one, database.transaction() as other:
        (first,) = one.rows(f"{_CLAIM} {database.skipping}")
        (second,) = other.rows(f"{_CLAIM} {database.skipping}")
        assert (first["worker"], second["worker"]) == ("w1", "w2")


def test_a_server_that_was_away_is_used_again(mortal_postgres: PostgresServer) -> None:
    with mortal_postgres.database() as url:
        database = RetrievalPostgres(url, SystemClock())
        mortal_postgres.process.kill()
        with pytest.raises(DependencyUnavailable), database.session() as session:
            session.rows("SELECT 1 AS one")
        mortal_postgres.start()

        def answers() -> bool:
            """It tries to connect once a second."""
            try:
                with database.session() as session:
                    return bool(session.rows("SELECT 1 AS one")[0]["one"] == 1)
            except DependencyUnavailable:
                return False

        assert until(answers, 20)
        database.close()


@pytest.mark.parametrize("connect", ["postgres"], indirect=True)
def test_both_databases_have_the_same_tables_and_columns(connect: Connect, tmp_path: Path) -> None:
    """But for contents, which lie in files beside SQLite."""
    with connect().session() as session:
        rows = session.rows(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'retrieval'"
        )
    ours = {(row["table_name"], row["column_name"]) for row in rows}
    lite = SqliteDatabase(tmp_path / "documents.sqlite")
    with lite.session() as session:
        tables = [row["name"] for row in session.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        theirs = {
            (table, row["name"]) for table in tables for row in session.rows(f"PRAGMA table_info({table})")
        }
    lite.close()
    ledger = {"schema_migrations"}
    assert {pair for pair in ours if pair[0] not in {"blobs", "blob_parts"} | ledger} == {
        pair for pair in theirs if pair[0] not in ledger
    }


def test_no_statement_of_a_migration_takes_what_another_version_still_reads() -> None:
    for path in MIGRATIONS.glob("*.sql"):
        assert not re.search(r"\bDROP (TABLE|COLUMN)\b", path.read_text(), re.I), path
