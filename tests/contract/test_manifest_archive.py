"""What every archive of manifests does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from libs.common.postgres_migrations import open_postgres
from libs.common.sqlite_database import open_database
from services.config.manifest_archive_postgres import PostgresManifestArchive
from services.config.manifest_archive_sqlite import SqliteManifestArchive
from services.config.manifest_store import ManifestArchive
from services.config.resolve import ManifestBundle
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_manifest_archive import FakeManifestArchive

MIGRATIONS = Path(__file__).parents[2] / "services" / "config" / "migrations"


def made(manifest_id: str, tenant_id: str = "demo", data: bytes = b"{}") -> ManifestBundle:
    return ManifestBundle(tenant_id, "dev", f"rev-{manifest_id}", manifest_id, data, b'{"secret":1}')


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ManifestArchive]:
    if request.param == "fake":
        yield FakeManifestArchive()
        return
    opened: SqliteManifestArchive | PostgresManifestArchive
    if request.param == "sqlite":
        connection = open_database(tmp_path / "manifests.sqlite3", MIGRATIONS / "sqlite")
        opened = SqliteManifestArchive(connection, FakeClock())
    else:
        url = request.getfixturevalue("postgres_url")
        database = open_postgres(url, "config", MIGRATIONS / "postgres", FakeClock())
        opened = PostgresManifestArchive(database, FakeClock())
    yield opened
    opened.close()


def test_what_is_kept_is_found_without_the_tenants_settings(archive: ManifestArchive) -> None:
    archive.keep([made("a"), made("b")])
    assert archive.find("demo", "a") == replace(made("a"), tenant_json=b"")
    assert archive.find("demo", "c") is None


def test_another_tenants_manifest_is_not_found(archive: ManifestArchive) -> None:
    archive.keep([made("a", "acme")])
    assert archive.find("demo", "a") is None
    assert archive.find("acme", "a") is not None


def test_what_is_kept_never_changes(archive: ManifestArchive) -> None:
    archive.keep([made("a", data=b"first")])
    archive.keep([made("a", data=b"second"), made("b")])
    found = archive.find("demo", "a")
    assert found is not None
    assert found.manifest_json == b"first"
    assert archive.find("demo", "b") is not None


def test_every_byte_is_kept_as_it_is(archive: ManifestArchive) -> None:
    data = bytes(range(256)) * 1000
    archive.keep([made("a", data=data)])
    found = archive.find("demo", "a")
    assert found is not None
    assert found.manifest_json == data


def test_many_threads_may_keep_the_same_manifests(archive: ManifestArchive) -> None:
    bundles = [made(str(number)) for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(archive.keep, bundles[:: 1 if turn % 2 else -1]) for turn in range(16)]
    for future in futures:
        future.result()
    assert all(archive.find("demo", str(number)) is not None for number in range(20))


def test_nothing_to_keep_is_nothing_to_write(archive: ManifestArchive) -> None:
    archive.keep([])


def test_odd_ids_are_only_ids(archive: ManifestArchive) -> None:
    for odd in ("", "' OR 1=1 --", "%", "\x00", "ü" * 1000):
        assert archive.find(odd, odd) is None
