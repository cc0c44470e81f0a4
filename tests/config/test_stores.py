"""Which store the settings name."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from libs.common.clock import SystemClock
from libs.common.settings import SettingsError, load_settings
from services.config.manifest_archive_postgres import PostgresManifestArchive
from services.config.manifest_archive_sqlite import SqliteManifestArchive
from services.config.settings import Settings
from services.config.stores import open_manifest_archive


def test_without_an_address_it_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    store = open_manifest_archive(load_settings(Settings, {"CAUSEWAY_DATA": str(tmp_path)}), SystemClock())
    store.close()
    assert isinstance(store, SqliteManifestArchive)
    assert (tmp_path / "config" / "manifests.sqlite3").exists()


def test_with_an_address_it_is_a_schema_of_that_database(tmp_path: Path, postgres_url: str) -> None:
    variables = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_DATABASE_URL": postgres_url}
    store = open_manifest_archive(load_settings(Settings, variables), SystemClock())
    store.close()
    assert isinstance(store, PostgresManifestArchive)
    assert list(tmp_path.iterdir()) == []
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM config.schema_migrations").fetchone() == (1,)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    variables = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_DATABASE_URL": "somewhere"}
    with pytest.raises(SettingsError, match="CAUSEWAY_DATABASE_URL"):
        open_manifest_archive(load_settings(Settings, variables), SystemClock())
