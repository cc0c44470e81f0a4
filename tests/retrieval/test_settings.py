"""Retrieval's settings, and where they put its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.settings import SettingsError, load_settings
from services.retrieval.__main__ import searches_under_pressure
from services.retrieval.settings import Settings


def test_everything_has_a_default() -> None:
    settings = load_settings(Settings, {})
    assert settings.environment == "production"
    assert settings.address == "127.0.0.1:50051"
    assert settings.config_address == "127.0.0.1:50053"
    assert settings.keys_folder == Path(".causeway/keys")
    assert settings.folder == Path(".causeway/retrieval")


def test_the_folders_follow_the_data() -> None:
    settings = load_settings(Settings, {"CAUSEWAY_DATA": "/data", "CAUSEWAY_KEYS": "/keys"})
    assert settings.keys_folder == Path("/keys")
    assert settings.models_folder == Path("/data/models")
    places = (
        settings.index_folder,
        settings.serving_folder,
        settings.manifests_folder,
        settings.blobs_folder,
    )
    assert {place.parent for place in places} == {Path("/data/retrieval")}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CAUSEWAY_RETRIEVAL_PORT", "0"),
        ("CAUSEWAY_EMBEDDING_THREADS", "0"),
        ("CAUSEWAY_ENVIRONMENT", "test"),
        ("CAUSEWAY_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_refused_by_the_variables_name(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load_settings(Settings, {variable: value})


@pytest.mark.parametrize(
    ("variables", "most"),
    [
        ({}, 3),
        ({"CAUSEWAY_EMBEDDING_THREADS": "8"}, 9),
        ({"CAUSEWAY_QDRANT_URL": "http://qdrant:6333"}, 0),
        (
            {"CAUSEWAY_EMBEDDING_MODEL": "acme/any", "CAUSEWAY_EMBEDDING_BASE_URL": "http://models:8080/v1"},
            0,
        ),
    ],
)
def test_under_pressure_as_many_search_at_a_time_as_the_process_has_hands(
    variables: dict[str, str], most: int
) -> None:
    assert searches_under_pressure(load_settings(Settings, variables)) == most
