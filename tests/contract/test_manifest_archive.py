"""What every archive of manifests does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from libs.common.sqlite_database import open_database
from services.config.manifest_archive_sqlite import SqliteManifestArchive
from services.config.manifest_store import ManifestArchive
from services.config.resolve import ManifestBundle
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_manifest_archive import FakeManifestArchive

MIGRATIONS = Path(__file__).parents[2] / "services" / "config" / "migrations"


def made(manifest_id: str, tenant_id: str = "demo", data: bytes = b"{}") -> ManifestBundle:
    return ManifestBundle(tenant_id, "dev", f"rev-{manifest_id}", manifest_id, data, b'{"secret":1}')


@pytest.fixture(params=["fake", "sqlite"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ManifestArchive]:
    if request.param == "fake":
        yield FakeManifestArchive()
        return
    connection = open_database(tmp_path / "manifests.sqlite3", MIGRATIONS)
    opened = SqliteManifestArchive(connection, FakeClock())
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


def test_nothing_to_keep_is_nothing_to_write(archive: ManifestArchive) -> None:
    archive.keep([])


def test_odd_ids_are_only_ids(archive: ManifestArchive) -> None:
    for odd in ("", "' OR 1=1 --", "%", "\x00", "ü" * 1000):
        assert archive.find(odd, odd) is None
