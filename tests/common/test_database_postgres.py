"""What PostgreSQL adds to the contract of `test_database`: a server that dies and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from libs.common.database_postgres import PostgresSchema
from libs.common.errors import DependencyUnavailable
from tests.servers.postgres_server import PostgresServer
from tests.servers.server_process import until


def test_a_server_that_was_away_is_used_again(mortal_postgres: PostgresServer, tmp_path: Path) -> None:
    (tmp_path / "0001_notes.sql").write_text("CREATE TABLE notes (id integer PRIMARY KEY);")
    with mortal_postgres.database() as url:
        database = PostgresSchema(url, "notes", tmp_path, SystemClock())
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


def test_the_schema_is_the_services_own(postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "0001_notes.sql").write_text("CREATE TABLE notes (id integer PRIMARY KEY);")
    for schema in ("one", "two"):
        database = PostgresSchema(postgres_url, schema, tmp_path, SystemClock())
        with database.session() as session:
            session.change("INSERT INTO notes VALUES (1)")
            assert session.rows("SELECT count(*) AS v FROM notes")[0]["v"] == 1
        database.close()
