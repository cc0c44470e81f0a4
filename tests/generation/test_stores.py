"""Which database the settings name."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from libs.common.clock import SystemClock
from libs.common.database_postgres import PostgresSchema
from libs.common.database_sqlite import SqliteDatabase
from libs.common.settings import SettingsError, load_settings
from services.generation.settings import Settings
from services.generation.stores import MIGRATIONS, open_generation_database


def test_without_an_address_it_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings(Settings, {"CAUSEWAY_DATA": str(tmp_path)})
    database = open_generation_database(settings, SystemClock())
    database.close()
    assert isinstance(database, SqliteDatabase)
    assert (tmp_path / "generation" / "generation.sqlite3").exists()


def test_with_an_address_it_is_a_schema_of_that_database(tmp_path: Path, postgres_url: str) -> None:
    variables = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_DATABASE_URL": postgres_url}
    database = open_generation_database(load_settings(Settings, variables), SystemClock())
    database.close()
    assert isinstance(database, PostgresSchema)
    assert list(tmp_path.iterdir()) == []
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM generation.schema_migrations").fetchone() == (1,)


def test_an_address_that_is_none_is_refused() -> None:
    settings = load_settings(Settings, {"CAUSEWAY_DATABASE_URL": "somewhere"})
    with pytest.raises(SettingsError, match="CAUSEWAY_DATABASE_URL"):
        open_generation_database(settings, SystemClock())


def test_both_databases_have_the_same_tables_and_columns(tmp_path: Path, postgres_url: str) -> None:
    server = PostgresSchema(postgres_url, "generation", MIGRATIONS / "postgres", SystemClock())
    with server.session() as session:
        rows = session.rows(
            "SELECT table_name AS t, column_name AS c FROM information_schema.columns"
            " WHERE table_schema = 'generation'"
        )
        theirs = {(row["t"], row["c"]) for row in rows if row["t"] != "schema_migrations"}
    server.close()
    file = SqliteDatabase(tmp_path / "g.sqlite3", MIGRATIONS, "g")
    with file.session() as session:
        names = [row["name"] for row in session.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        ours = {(n, row["name"]) for n in names for row in session.rows(f"PRAGMA table_info({n})")}
    file.close()
    assert theirs == {pair for pair in ours if pair[0] != "schema_migrations"}
