"""What was served is kept in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from libs.common.clock import Clock, SystemClock
from libs.common.errors import DependencyUnavailable
from libs.common.postgres_migrations import open_postgres
from services.config.manifest_archive_postgres import PostgresManifestArchive
from services.config.resolve import ManifestBundle
from tests.fakes.fake_clock import FakeClock
from tests.servers.postgres_server import PostgresServer

MIGRATIONS = Path(__file__).parents[2] / "services" / "config" / "migrations" / "postgres"


def made(manifest_id: str, data: bytes = b"{}") -> ManifestBundle:
    return ManifestBundle("demo", "dev", f"rev-{manifest_id}", manifest_id, data, b'{"secret":1}')


@contextmanager
def opened(url: str, clock: Clock | None = None) -> Iterator[PostgresManifestArchive]:
    database = open_postgres(url, "config", MIGRATIONS, clock or SystemClock())
    archive = PostgresManifestArchive(database, FakeClock())
    try:
        yield archive
    finally:
        archive.close()


def test_what_is_kept_is_in_the_table_with_its_date_and_without_the_tenants_settings(
    postgres_url: str, clock: FakeClock
) -> None:
    with opened(postgres_url) as archive, psycopg.connect(postgres_url) as other:
        archive.keep([made("a", b"kept")])
        assert other.execute("SELECT * FROM config.served_manifests").fetchall() == [
            ("a", "demo", "dev", "rev-a", b"kept", datetime.fromtimestamp(clock.now(), UTC))
        ]


def test_manifests_are_kept_all_or_none(postgres_url: str) -> None:
    with opened(postgres_url) as archive, psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("ALTER TABLE config.served_manifests ADD CHECK (manifest_id <> 'z')")
        with pytest.raises(psycopg.errors.CheckViolation):
            archive.keep([made("a"), made("z")])
        assert archive.find("demo", "a") is None
        archive.keep([made("a")])
        assert archive.find("demo", "a") is not None


def test_processes_that_share_it_see_what_each_other_kept(postgres_url: str) -> None:
    with opened(postgres_url) as one, opened(postgres_url) as other:
        one.keep([made("a", b"first")])
        other.keep([made("a", b"second"), made("b")])
        found = other.find("demo", "a")
        assert found is not None
        assert found.manifest_json == b"first"
        assert one.find("demo", "b") is not None


def test_what_was_kept_survives_a_kill_of_the_server_and_the_archive_goes_on(
    mortal_postgres: PostgresServer,
) -> None:
    clock = FakeClock()
    with mortal_postgres.database() as url, opened(url, clock) as archive:
        archive.keep([made("a", b"kept")])
        mortal_postgres.process.kill()
        with pytest.raises(DependencyUnavailable):
            archive.keep([made("b")])
        with pytest.raises(DependencyUnavailable):
            archive.find("demo", "a")
        mortal_postgres.start()
        clock.advance(1.1)  # an attempt a second is made at most
        found = archive.find("demo", "a")
        assert found is not None
        assert found.manifest_json == b"kept"
        archive.keep([made("b")])
        assert archive.find("demo", "b") is not None
