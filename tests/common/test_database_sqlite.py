"""What a SQLite file adds to the contract of `test_database`."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.database_sqlite import SqliteDatabase
from libs.common.errors import DependencyUnavailable


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_notes.sql").write_text("CREATE TABLE notes (id integer PRIMARY KEY);")
    return folder


@pytest.mark.parametrize(("relaxed", "level"), [(False, 2), (True, 1)])
def test_it_is_as_durable_as_it_is_asked_to_be(
    tmp_path: Path, migrations: Path, relaxed: bool, level: int
) -> None:
    database = SqliteDatabase(tmp_path / "a.sqlite3", migrations, "The notes", relaxed=relaxed)
    with database.session() as session:
        assert session.rows("PRAGMA synchronous")[0]["synchronous"] == level
    database.close()


def test_a_fault_of_the_file_names_the_database_and_what_to_do(tmp_path: Path, migrations: Path) -> None:
    path = tmp_path / "a.sqlite3"
    database = SqliteDatabase(path, migrations, "The notes")
    with database.session() as session:
        session.change("PRAGMA query_only = ON")
    with (
        pytest.raises(DependencyUnavailable, match=r"The notes .* cannot be written"),
        database.session() as s,
    ):
        s.change("INSERT INTO notes VALUES (1)")
    database.close()
