"""Opening, migrating and losing a SQLite file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from libs.common.errors import Conflict, DependencyUnavailable
from libs.common.sqlite_database import open_database, storage_errors, transaction

ROOT = Path(__file__).parents[2]
NOTES = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);\n"


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_notes.sql").write_text(NOTES)
    return folder


def names_of_tables(connection: sqlite3.Connection) -> set[str]:
    return {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_opening_creates_the_folder_the_file_and_the_tables(tmp_path: Path, migrations: Path) -> None:
    connection = open_database(tmp_path / "deep" / "er" / "state.sqlite", migrations)
    assert "notes" in names_of_tables(connection)
    connection.close()


def test_the_connection_is_durable_and_keeps_references(tmp_path: Path, migrations: Path) -> None:
    connection = open_database(tmp_path / "state.sqlite", migrations)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000
    connection.close()


def test_a_migration_is_applied_once_and_later_ones_follow(tmp_path: Path, migrations: Path) -> None:
    path = tmp_path / "state.sqlite"
    first = open_database(path, migrations)
    first.execute("INSERT INTO notes (text) VALUES ('kept')")
    first.close()
    (migrations / "0002_more.sql").write_text(
        "ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';\n"
        "-- a trigger has semicolons of its own\n"
        "CREATE TRIGGER shout AFTER INSERT ON notes BEGIN\n"
        "  UPDATE notes SET colour = 'blue' WHERE id = NEW.id;\n"
        "END;\n"
    )
    second = open_database(path, migrations)
    assert second.execute("SELECT text, colour FROM notes").fetchone()["colour"] == "red"
    second.execute("INSERT INTO notes (text) VALUES ('new')")
    assert second.execute("SELECT colour FROM notes WHERE text = 'new'").fetchone()["colour"] == "blue"
    second.close()


def test_a_failing_migration_leaves_nothing_of_itself(tmp_path: Path, migrations: Path) -> None:
    (migrations / "0002_broken.sql").write_text(
        "CREATE TABLE half (id INTEGER);\nCREATE TABLE notes (id INTEGER);\n"
    )
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        open_database(tmp_path / "state.sqlite", migrations)
    (migrations / "0002_broken.sql").unlink()
    connection = open_database(tmp_path / "state.sqlite", migrations)
    assert "half" not in names_of_tables(connection)
    connection.close()


def test_a_file_that_cannot_be_migrated_is_not_left_open(tmp_path: Path, migrations: Path) -> None:
    (migrations / "0002_broken.sql").write_text("CREATE TABLE notes (id INTEGER);\n")
    with pytest.raises(sqlite3.OperationalError) as caught:
        open_database(tmp_path / "state.sqlite", migrations)
    # The last connection that closes removes the write-ahead log.
    assert [path.name for path in tmp_path.glob("state.sqlite*")] == ["state.sqlite"]
    assert caught.tb is not None  # which holds whatever was left open


def test_a_changed_migration_is_refused_by_name(tmp_path: Path, migrations: Path) -> None:
    open_database(tmp_path / "state.sqlite", migrations).close()
    (migrations / "0001_notes.sql").write_text(NOTES + "-- changed\n")
    with pytest.raises(Conflict, match=r"0001_notes\.sql has changed"):
        open_database(tmp_path / "state.sqlite", migrations)


def test_other_line_ends_are_no_change(tmp_path: Path, migrations: Path) -> None:
    open_database(tmp_path / "state.sqlite", migrations).close()
    (migrations / "0001_notes.sql").write_bytes(NOTES.replace("\n", "\r\n").encode())
    open_database(tmp_path / "state.sqlite", migrations).close()


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path, migrations: Path) -> None:
    (migrations / "0002_next.sql").write_text("CREATE TABLE next (id INTEGER);")
    open_database(tmp_path / "state.sqlite", migrations).close()
    (migrations / "0002_next.sql").unlink()
    with pytest.raises(Conflict, match="newer version"):
        open_database(tmp_path / "state.sqlite", migrations)


@pytest.mark.parametrize("name", ["1_short.sql", "0003_gap.sql", "0001_double.sql", "0002-dash.sql"])
def test_badly_numbered_migrations_are_refused(tmp_path: Path, migrations: Path, name: str) -> None:
    (migrations / name).write_text("CREATE TABLE odd (id INTEGER);")
    with pytest.raises(Conflict):
        open_database(tmp_path / "state.sqlite", migrations)


def test_a_file_that_is_no_database_says_what_to_do(tmp_path: Path, migrations: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"these are not the tables that you look for" * 100)
    with pytest.raises(DependencyUnavailable, match="not a SQLite database; move it away"):
        open_database(path, migrations)


def test_a_folder_in_the_place_of_the_file_says_what_to_do(tmp_path: Path, migrations: Path) -> None:
    with pytest.raises(DependencyUnavailable, match="cannot be opened"):
        open_database(tmp_path, migrations)


def test_a_file_in_the_place_of_the_folder_says_what_to_do(tmp_path: Path, migrations: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DependencyUnavailable, match="cannot be created"):
        open_database(tmp_path / "data" / "state.sqlite", migrations)


def test_a_transaction_is_whole_or_absent(tmp_path: Path, migrations: Path) -> None:
    connection = open_database(tmp_path / "state.sqlite", migrations)
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.executemany("INSERT INTO notes (text) VALUES (?)", [("lost",), ("lost",)])
    with transaction(connection):
        connection.execute("INSERT INTO notes (text) VALUES ('kept')")
    assert [row["text"] for row in connection.execute("SELECT text FROM notes")] == ["kept"]
    connection.close()


def test_a_full_disk_is_a_typed_error_and_passes(tmp_path: Path, migrations: Path) -> None:
    connection = open_database(tmp_path / "state.sqlite", migrations)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(DependencyUnavailable, match="disk is full"), transaction(connection):
        connection.execute("INSERT INTO notes (text) VALUES (?)", ("x" * 100_000,))
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    with transaction(connection):
        connection.execute("INSERT INTO notes (text) VALUES ('room again')")
    assert connection.execute("SELECT count(*) FROM notes").fetchone()[0] == 1
    connection.close()


def test_faults_of_the_program_pass_through() -> None:
    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError, match="no such table"), storage_errors("It"):
        connection.execute("SELECT * FROM nowhere")
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), storage_errors("It"):
        connection.execute("SELECT 1")


OPENER = """
import sys
from pathlib import Path
from libs.common.sqlite_database import open_database, transaction
sys.stdin.readline()
connection = open_database(Path(sys.argv[1]), Path(sys.argv[2]))
with transaction(connection):
    connection.execute("INSERT INTO notes (text) VALUES (?)", (sys.argv[3],))
"""


def test_processes_that_open_at_once_migrate_once_and_all_succeed(tmp_path: Path, migrations: Path) -> None:
    (migrations / "0002_slow.sql").write_text(
        "CREATE TABLE other (id INTEGER);\nINSERT INTO other VALUES (1);\n"
    )
    path = tmp_path / "state.sqlite"
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(path), str(migrations), str(number)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        for number in range(4)
    ]
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()
    for opener in openers:
        _, complaint = opener.communicate(timeout=30)
        assert opener.returncode == 0, complaint
    connection = open_database(path, migrations)
    assert connection.execute("SELECT count(*) FROM notes").fetchone()[0] == 4
    assert connection.execute("SELECT count(*) FROM other").fetchone()[0] == 1
    connection.close()
