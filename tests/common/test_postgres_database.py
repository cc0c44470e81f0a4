"""Connections to a real PostgreSQL, and what becomes of them when it stops, dies or hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from structlog.testing import capture_logs

from libs.common.clock import SystemClock
from libs.common.errors import DependencyUnavailable
from libs.common.postgres_database import PostgresDatabase
from libs.common.settings import SettingsError
from tests.fakes.fake_clock import FakeClock
from tests.servers.postgres_server import PostgresServer
from tests.servers.server_process import free_port


@contextmanager
def opened(url: str, clock: FakeClock | None = None, **options: float) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(url, "notes", clock or SystemClock(), **options)  # type: ignore[arg-type]
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def database(postgres_url: str) -> Iterator[PostgresDatabase]:
    with opened(postgres_url) as database:
        run(database, "CREATE SCHEMA notes", "CREATE TABLE notes (text text PRIMARY KEY)")
        yield database


def backend(database: PostgresDatabase) -> int:
    """The process that serves the connection that is lent next."""
    with database.connection() as connection:
        return connection.info.backend_pid


def run(database: PostgresDatabase, *statements: str) -> None:
    """Executes statements over one connection."""
    with database.connection() as connection:
        for statement in statements:
            connection.execute(statement)


def texts(database: PostgresDatabase) -> list[str]:
    with database.connection() as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY text")]


def setting(database: PostgresDatabase, name: str) -> str:
    with database.connection() as connection:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def test_the_services_schema_and_the_limits_are_set(database: PostgresDatabase) -> None:
    names = ("search_path", "statement_timeout", "lock_timeout", "application_name", "client_encoding")
    assert [setting(database, name) for name in names] == ["notes", "5s", "3s", "causeway-notes", "UTF8"]


@pytest.mark.parametrize(
    ("server", "ours"), [("off", "on"), ("on", "on"), ("local", "local"), ("remote_apply", "remote_apply")]
)
def test_a_commit_waits_for_the_disk_whatever_the_server_says(
    postgres_server: PostgresServer, server: str, ours: str
) -> None:
    with postgres_server.database() as url:
        name = url.rpartition("/")[2]
        postgres_server.run(f"ALTER DATABASE {name} SET synchronous_commit = '{server}'")
        with opened(url) as database:
            assert setting(database, "synchronous_commit") == ours


def test_what_the_address_says_is_kept(postgres_url: str) -> None:
    url = f"{postgres_url}?application_name=mine&options=-c%20work_mem%3D5MB"
    with opened(url) as database:
        assert setting(database, "application_name") == "mine"
        assert setting(database, "work_mem") == "5MB"


def test_each_statement_commits_by_itself(database: PostgresDatabase) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(database, *["INSERT INTO notes VALUES ('kept')"] * 2)
    assert texts(database) == ["kept"]


def test_a_transaction_is_whole_or_absent(database: PostgresDatabase) -> None:
    def write_twice() -> None:
        with database.connection() as connection, connection.transaction():
            connection.execute("INSERT INTO notes VALUES ('lost')")
            connection.execute("INSERT INTO notes VALUES ('lost')")

    with pytest.raises(psycopg.errors.UniqueViolation):
        write_twice()
    assert texts(database) == []


def test_what_is_left_open_is_never_lent_again(database: PostgresDatabase) -> None:
    first = backend(database)
    run(database, "BEGIN", "INSERT INTO notes VALUES ('lost')")
    assert backend(database) != first
    assert texts(database) == []


def test_connections_are_reused_and_no_more_than_allowed(postgres_url: str) -> None:
    with opened(postgres_url, connections=3) as database:
        at_once, most, guard = 0, 0, threading.Lock()

        def ask(_: int) -> int:
            nonlocal at_once, most
            with database.connection() as connection:
                with guard:
                    at_once += 1
                    most = max(most, at_once)
                connection.execute("SELECT pg_sleep(0.01)")
                with guard:
                    at_once -= 1
                return connection.info.backend_pid

        with ThreadPoolExecutor(12) as pool:
            backends = set(pool.map(ask, range(60)))
        assert most <= 3
        assert len(backends) <= 3


def test_whoever_waits_too_long_for_a_connection_is_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.common.postgres_database._QUEUE_SECONDS", 0.05)
    with (
        opened(postgres_url, connections=1) as database,
        database.connection(),
        pytest.raises(DependencyUnavailable, match="All 1 connections to PostgreSQL are busy"),
    ):
        backend(database)


def test_faults_of_the_program_pass_through(database: PostgresDatabase) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), database.connection() as connection:
        connection.execute("SELECT * FROM nowhere")
    with pytest.raises(psycopg.DataError), database.connection() as connection:
        connection.execute("INSERT INTO notes VALUES (%s)", ("\x00",))
    with pytest.raises(psycopg.errors.ProgramLimitExceeded), database.connection() as connection:
        connection.execute(
            "INSERT INTO notes SELECT string_agg(md5(i::text), '') FROM generate_series(1, 999) i"
        )


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ("SELECT pg_sleep(30)", "took too long"),
        ("BEGIN READ ONLY; CREATE TABLE public.more (id int)", "only reads"),
        ("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$", "disk space"),
        ("DO $$ BEGIN RAISE SQLSTATE '53300'; END $$", "out of connections"),
        ("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$", "met another one"),
        ("DO $$ BEGIN RAISE SQLSTATE '57P01'; END $$", "stops or starts"),
        ("DO $$ BEGIN RAISE SQLSTATE '58030'; END $$", "cannot be reached"),
    ],
)
def test_faults_of_the_server_are_typed_and_say_what_to_do(
    postgres_url: str, statement: str, advice: str
) -> None:
    with opened(postgres_url, statement_seconds=0.2) as database:
        first = backend(database)
        with pytest.raises(DependencyUnavailable, match=advice), database.connection() as connection:
            connection.execute(statement)
        assert backend(database) != first


def test_a_lock_is_not_waited_for_for_ever(database: PostgresDatabase) -> None:
    with database.connection() as holder, holder.transaction():
        holder.execute("LOCK TABLE notes")
        with pytest.raises(DependencyUnavailable, match="locked for too long"):
            run(database, "SET lock_timeout = '50ms'", "SELECT * FROM notes")


def test_a_role_without_rights_is_told_so(postgres_server: PostgresServer) -> None:
    postgres_server.run("CREATE ROLE reader LOGIN PASSWORD 'reader'")
    with (
        opened(postgres_server.url(user="reader", password="reader")) as database,
        pytest.raises(DependencyUnavailable, match="lacks a right"),
    ):
        run(database, "CREATE TABLE public.mine (id int)")


@pytest.mark.parametrize("url", ["hunter2 word", "http://u:hunter2@h/x", "postgresql://u:p@h/x?foo=hunter2"])
def test_an_address_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="CAUSEWAY_DATABASE_URL") as caught:
        PostgresDatabase(url, "notes", FakeClock())
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("schema", ["", "a b", "Notes", 'a"', "a;b", "1a", "a" * 64])
def test_a_schema_has_a_plain_name(schema: str) -> None:
    with pytest.raises(ValueError, match="not the name of a schema"):
        PostgresDatabase("postgresql://h/x", schema, FakeClock())


def test_a_server_that_is_away_is_asked_once_a_second_at_most(clock: FakeClock) -> None:
    url = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x"
    with opened(url, clock) as database, capture_logs() as logs:
        for _ in range(50):
            with pytest.raises(DependencyUnavailable, match="cannot be reached"):
                backend(database)
        clock.advance(1.1)
        with pytest.raises(DependencyUnavailable):
            backend(database)
    assert [entry["event"] for entry in logs] == ["postgres_away", "postgres_still_away"]
    assert "refused" in logs[0]["reason"]
    assert "hunter2" not in str(logs)


def test_a_wrong_password_is_explained_in_the_log_without_it(postgres_server: PostgresServer) -> None:
    with (
        capture_logs() as logs,
        opened(postgres_server.url(password="hunter2")) as database,
        pytest.raises(DependencyUnavailable),
    ):
        backend(database)
    assert "password authentication failed" in logs[0]["reason"]
    assert "hunter2" not in str(logs)


def test_after_a_restart_the_next_call_is_answered(mortal_postgres: PostgresServer) -> None:
    with opened(mortal_postgres.url()) as database:
        first = backend(database)
        mortal_postgres.process.stop()
        mortal_postgres.start()
        assert backend(database) != first


def test_a_connection_that_the_server_ended_is_replaced_unseen(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with opened(postgres_url) as database:
        for _ in range(3):
            first = backend(database)
            postgres_server.run(f"SELECT pg_terminate_backend({first}, 5000)")
            assert backend(database) != first


def test_a_kill_in_the_middle_of_a_statement_is_a_typed_error(mortal_postgres: PostgresServer) -> None:
    with opened(mortal_postgres.url()) as database:
        backend(database)
        running = threading.Event()

        def ask() -> None:
            with database.connection() as connection:
                running.set()
                connection.execute("SELECT pg_sleep(4)")

        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(ask)
            assert running.wait(10)
            mortal_postgres.process.kill()
            assert isinstance(asked.exception(timeout=10), DependencyUnavailable)
        with pytest.raises(DependencyUnavailable):
            backend(database)
        mortal_postgres.start()
        assert answered_again(lambda: backend(database))


def test_a_server_that_hangs_is_given_up_and_used_again_when_it_goes_on(
    mortal_postgres: PostgresServer,
) -> None:
    with opened(mortal_postgres.url(), statement_seconds=0.2) as database:
        backend(database)
        mortal_postgres.process.freeze()
        begun = time.monotonic()
        with pytest.raises(DependencyUnavailable):
            texts(database)
        assert time.monotonic() - begun < 3.0
        with pytest.raises(DependencyUnavailable):  # nor does it take new connections
            backend(database)
        assert time.monotonic() - begun < 8.0
        mortal_postgres.process.thaw()
        assert answered_again(lambda: backend(database))


def test_over_tls_connections_are_verified_and_reused(mortal_postgres: PostgresServer) -> None:
    mortal_postgres.process.stop()
    certificate = mortal_postgres.add_tls()
    mortal_postgres.start()
    trusted = f"{mortal_postgres.url()}?sslmode=verify-full&sslrootcert={certificate}"
    with opened(trusted) as database:
        assert len({backend(database) for _ in range(10)}) == 1
        with database.connection() as connection:
            query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            assert connection.execute(query).fetchone() == (True,)
    stranger = f"{mortal_postgres.url()}?sslmode=verify-full"
    with opened(stranger) as database, pytest.raises(DependencyUnavailable):
        backend(database)


def test_closing_ends_every_connection_also_those_that_are_lent(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with opened(postgres_url) as database, database.connection() as lent:
        backend(database)
        database.close()
        assert lent.execute("SELECT 1").fetchone() == (1,)
    assert nobody_is_connected(postgres_server, postgres_url)


def test_a_connection_that_cannot_be_configured_is_not_left_open(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with (
        opened(postgres_url, statement_seconds=-0.001) as database,
        pytest.raises(psycopg.Error, match="statement_timeout") as caught,
    ):
        backend(database)
    assert nobody_is_connected(postgres_server, postgres_url)
    assert caught.tb is not None  # which holds whatever was left open


def nobody_is_connected(server: PostgresServer, url: str) -> bool:
    """Whether every connection to a database ends within a few seconds."""
    name = url.rpartition("/")[2]
    with psycopg.connect(server.url()) as observer:
        for _ in range(200):
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
            if observer.execute(query, (name,)).fetchone() == (0,):
                return True
            observer.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.02)")
    return False


def answered_again(ask: Callable[[], object]) -> bool:
    """Whether a call is answered within a few seconds, however often it must be made."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            ask()
        except DependencyUnavailable:
            threading.Event().wait(0.1)
        else:
            return True
    return False
