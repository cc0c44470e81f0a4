"""Which store the settings name."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from libs.common.clock import SystemClock
from libs.common.settings import SettingsError, load_settings
from services.insights.answers import AnswerFilter
from services.insights.feedback_store_postgres import PostgresFeedbackStore
from services.insights.feedback_store_sqlite import SqliteFeedbackStore
from services.insights.settings import Settings
from services.insights.stores import open_answer_store, open_feedback_store


def test_without_an_address_it_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    store = open_feedback_store(load_settings(Settings, {"CAUSEWAY_DATA": str(tmp_path)}), SystemClock())
    store.close()
    assert isinstance(store, SqliteFeedbackStore)
    assert (tmp_path / "insights" / "insights.sqlite3").exists()


def test_with_an_address_it_is_a_schema_of_that_database(tmp_path: Path, postgres_url: str) -> None:
    variables = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_DATABASE_URL": postgres_url}
    store = open_feedback_store(load_settings(Settings, variables), SystemClock())
    store.close()
    assert isinstance(store, PostgresFeedbackStore)
    assert list(tmp_path.iterdir()) == []
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM insights.schema_migrations").fetchone() == (2,)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    variables = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_DATABASE_URL": "somewhere"}
    with pytest.raises(SettingsError, match="CAUSEWAY_DATABASE_URL"):
        open_feedback_store(load_settings(Settings, variables), SystemClock())


def test_answer_records_lie_beside_feedback(tmp_path: Path, postgres_url: str) -> None:
    for variables in ({}, {"CAUSEWAY_DATABASE_URL": postgres_url}):
        settings = load_settings(Settings, {"CAUSEWAY_DATA": str(tmp_path), **variables})
        store = open_answer_store(settings, SystemClock())
        assert store.page("demo", AnswerFilter(), None, 10) == []
        store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["insights"]
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM insights.answer_records").fetchone() == (0,)
