"""Which stores the settings name."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from libs.common.clock import SystemClock
from libs.common.settings import SettingsError, load_settings
from services.retrieval.blobs_folder import BlobFolder
from services.retrieval.blobs_sql import SqlBlobs
from services.retrieval.database_postgres import RetrievalPostgres
from services.retrieval.database_sqlite import SqliteDatabase
from services.retrieval.settings import Settings
from services.retrieval.stores import open_blobs, open_retrieval_database


@pytest.mark.parametrize("worker", [False, True])
def test_without_an_address_all_is_in_the_data_folder(tmp_path: Path, *, worker: bool) -> None:
    settings = load_settings(Settings, {"CAUSEWAY_DATA": str(tmp_path)})
    database = open_retrieval_database(settings, SystemClock(), worker=worker)
    assert isinstance(database, SqliteDatabase)
    assert isinstance(open_blobs(settings, database, SystemClock()), BlobFolder)
    with database.session() as session:
        (row,) = session.rows("PRAGMA synchronous")
        assert row["synchronous"] == (1 if worker else 2)  # normal, full
    database.close()
    assert (tmp_path / "retrieval" / "documents.sqlite").exists()


@pytest.mark.parametrize("worker", [False, True])
def test_with_an_address_all_is_in_a_schema_of_that_database(
    tmp_path: Path, postgres_url: str, *, worker: bool
) -> None:
    variables = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_DATABASE_URL": postgres_url}
    settings = load_settings(Settings, variables)
    database = open_retrieval_database(settings, SystemClock(), worker=worker)
    assert isinstance(database, RetrievalPostgres)
    assert isinstance(open_blobs(settings, database, SystemClock()), SqlBlobs)
    database.close()
    assert not (tmp_path / "retrieval" / "documents.sqlite").exists()
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM retrieval.documents").fetchone() == (0,)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    variables = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_DATABASE_URL": "somewhere"}
    with pytest.raises(SettingsError, match="CAUSEWAY_DATABASE_URL"):
        open_retrieval_database(load_settings(Settings, variables), SystemClock())
