"""The port to a database: the same behaviour on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from libs.common.database import Database
from libs.common.database_postgres import PostgresSchema
from libs.common.database_sqlite import SqliteDatabase

_ADD = "INSERT INTO notes (id, text) VALUES (:id, :text)"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    (migrations / "0001_notes.sql").write_text("CREATE TABLE notes (id integer PRIMARY KEY, text text);")
    opened: Database
    if request.param == "sqlite":
        opened = SqliteDatabase(tmp_path / "notes.sqlite3", migrations, "The notes' database")
    else:
        url = request.getfixturevalue("postgres_url")
        opened = PostgresSchema(url, "notes", migrations, SystemClock())
    yield opened
    opened.close()


def count(database: Database) -> object:
    with database.session() as session:
        return session.rows("SELECT count(*) AS v FROM notes")[0]["v"]


def test_rows_answer_to_column_names(database: Database) -> None:
    with database.session() as session:
        assert session.change(_ADD, {"id": 1, "text": "one"}) == 1
        (row,) = session.rows("SELECT * FROM notes WHERE id = :id", {"id": 1})
    assert (row["id"], row["text"]) == (1, "one")


def test_what_fails_in_a_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        raise ZeroDivisionError(session.change(_ADD, {"id": 1, "text": ""}))
    assert count(database) == 0


def test_many_rows_are_written_with_one_statement(database: Database) -> None:
    with database.transaction() as session:
        session.change_each(_ADD, [{"id": number, "text": ""} for number in range(20)])
    assert count(database) == 20


def test_a_snapshot_reads_one_moment_row_by_row(database: Database) -> None:
    with database.transaction() as session:
        session.change_each(_ADD, [{"id": number, "text": ""} for number in range(3)])
    with database.snapshot() as snapshot:
        rows = snapshot.stream("SELECT id FROM notes ORDER BY id")
        first = next(rows)["id"]
        with database.session() as session:
            session.change("DELETE FROM notes")
        assert [first, *(row["id"] for row in rows)] == [0, 1, 2]
    assert count(database) == 0


def test_it_is_used_from_many_threads(database: Database) -> None:
    def add(number: int) -> int:
        with database.transaction() as session:
            return session.change(_ADD, {"id": number, "text": ""})

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(40))) == 40
    assert count(database) == 40
