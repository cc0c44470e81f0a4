"""Bringing a schema in a real PostgreSQL to what the code expects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from structlog.testing import capture_logs

from libs.common.clock import SystemClock
from libs.common.errors import Conflict, DependencyUnavailable
from libs.common.postgres_database import PostgresDatabase
from libs.common.postgres_migrations import open_postgres
from tests.servers.postgres_server import PostgresServer
from tests.servers.server_process import free_port

ROOT = Path(__file__).parents[2]
NOTES = "CREATE TABLE notes (id serial PRIMARY KEY, text text NOT NULL UNIQUE);\n"


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_notes.sql").write_text(NOTES)
    return folder


@contextmanager
def opened(url: str, migrations: Path, schema: str = "notes") -> Iterator[PostgresDatabase]:
    database = open_postgres(url, schema, migrations, SystemClock())
    try:
        yield database
    finally:
        database.close()


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def tables(url: str, schema: str = "notes") -> set[object]:
    query = f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}'"
    return {name for (name,) in rows(url, query)}


def test_opening_creates_the_schema_and_the_tables(postgres_url: str, migrations: Path) -> None:
    with opened(postgres_url, migrations):
        assert tables(postgres_url) == {"notes", "schema_migrations"}


def test_each_service_has_a_schema_of_its_own(postgres_url: str, migrations: Path) -> None:
    with opened(postgres_url, migrations, "one") as one, opened(postgres_url, migrations, "two") as two:
        with one.connection() as connection:
            connection.execute("INSERT INTO notes (text) VALUES ('mine')")
        with two.connection() as connection:
            assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_a_migration_is_applied_once_and_later_ones_follow(postgres_url: str, migrations: Path) -> None:
    with opened(postgres_url, migrations) as database, database.connection() as connection:
        connection.execute("INSERT INTO notes (text) VALUES ('100 %s')")
    (migrations / "0002_more.sql").write_text(
        "ALTER TABLE notes ADD COLUMN colour text NOT NULL DEFAULT 'red';\n"
        "-- a function has semicolons, and percent signs, of its own\n"
        "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN NEW.text := format('%s!', NEW.text); RETURN NEW; END $$;\n"
        "CREATE TRIGGER shout BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION shout();\n"
    )
    with (
        capture_logs() as logs,
        opened(postgres_url, migrations) as database,
        database.connection() as connection,
    ):
        connection.execute("INSERT INTO notes (text) VALUES ('new')")
    assert rows(postgres_url, "SELECT text, colour FROM notes.notes ORDER BY id") == [
        ("100 %s", "red"),
        ("new!", "red"),
    ]
    assert [entry["migration"] for entry in logs if entry["event"] == "migrated"] == ["0002_more.sql"]


def test_a_failing_migration_leaves_nothing_of_itself(postgres_url: str, migrations: Path) -> None:
    broken = migrations / "0002_broken.sql"
    broken.write_text("CREATE TABLE half (id int);\nCREATE TABLE notes (id int);\n")
    with pytest.raises(psycopg.errors.DuplicateTable):
        open_postgres(postgres_url, "notes", migrations, SystemClock())
    assert tables(postgres_url) == {"notes", "schema_migrations"}
    broken.unlink()
    with opened(postgres_url, migrations):
        assert tables(postgres_url) == {"notes", "schema_migrations"}


def test_a_changed_migration_is_refused_by_name(postgres_url: str, migrations: Path) -> None:
    with opened(postgres_url, migrations):
        pass
    (migrations / "0001_notes.sql").write_text(NOTES + "-- changed\n")
    with pytest.raises(Conflict, match=r"0001_notes\.sql has changed.*The schema notes"):
        open_postgres(postgres_url, "notes", migrations, SystemClock())


def test_a_schema_of_a_newer_version_is_refused(postgres_url: str, migrations: Path) -> None:
    (migrations / "0002_next.sql").write_text("CREATE TABLE next (id int);")
    with opened(postgres_url, migrations):
        pass
    (migrations / "0002_next.sql").unlink()
    with pytest.raises(Conflict, match="newer version"):
        open_postgres(postgres_url, "notes", migrations, SystemClock())


def test_a_role_may_serve_what_another_one_has_migrated(
    postgres_server: PostgresServer, postgres_url: str, migrations: Path
) -> None:
    name = postgres_url.rpartition("/")[2]
    postgres_server.run("CREATE ROLE server LOGIN PASSWORD 'server'")
    poor = postgres_server.url(name, "server", "server")
    with pytest.raises(DependencyUnavailable, match="lacks a right"):
        open_postgres(poor, "notes", migrations, SystemClock())
    with opened(postgres_url, migrations) as rich, rich.connection() as connection:
        connection.execute("GRANT USAGE ON SCHEMA notes TO server")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA notes TO server")
    with opened(poor, migrations) as database, database.connection() as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_a_database_in_another_encoding_is_refused(postgres_server: PostgresServer, migrations: Path) -> None:
    with (
        postgres_server.database("TEMPLATE template0 ENCODING 'LATIN1'") as url,
        pytest.raises(Conflict, match="UTF8"),
    ):
        open_postgres(url, "notes", migrations, SystemClock())


def test_a_server_that_is_away_is_a_typed_error(migrations: Path) -> None:
    url = f"postgresql://u:p@127.0.0.1:{free_port()}/x"
    with pytest.raises(DependencyUnavailable, match="cannot be reached"):
        open_postgres(url, "notes", migrations, SystemClock())


OPENER = """
import sys
from pathlib import Path
from libs.common.clock import SystemClock
from libs.common.postgres_migrations import open_postgres
sys.stdin.readline()
database = open_postgres(sys.argv[1], "notes", Path(sys.argv[2]), SystemClock())
with database.connection() as connection:
    connection.execute("INSERT INTO notes (text) VALUES (%s)", (sys.argv[3],))
"""


def test_processes_that_open_at_once_migrate_once_and_all_succeed(
    postgres_url: str, migrations: Path
) -> None:
    (migrations / "0002_slow.sql").write_text(
        "CREATE TABLE other (id int);\nSELECT pg_sleep(0.3);\nINSERT INTO other VALUES (1);\n"
    )
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, postgres_url, str(migrations), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
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
        complaint, _ = opener.communicate(timeout=60)
        assert opener.returncode == 0, complaint
    assert rows(postgres_url, "SELECT count(*) FROM notes.notes") == [(4,)]
    assert rows(postgres_url, "SELECT count(*) FROM notes.other") == [(1,)]
