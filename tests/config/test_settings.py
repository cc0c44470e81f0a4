"""The settings of config."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.settings import SettingsError, load_settings
from services.config.settings import Settings


def test_the_defaults_are_those_of_one_machine() -> None:
    settings = load_settings(Settings, {})
    assert settings.environment == "production"
    assert settings.address == "127.0.0.1:50053"
    assert settings.manifests == Path("manifests")
    assert settings.trust_file == Path(".causeway/keys/trust.json")
    assert settings.database == Path(".causeway/config/manifests.sqlite3")


def test_keys_may_be_mounted_elsewhere() -> None:
    settings = load_settings(Settings, {"CAUSEWAY_DATA": "/d", "CAUSEWAY_KEYS": "/k"})
    assert settings.trust_file == Path("/k/trust.json")
    assert settings.database == Path("/d/config/manifests.sqlite3")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CAUSEWAY_ENVIRONMENT", "test"),
        ("CAUSEWAY_CONFIG_PORT", "0"),
        ("CAUSEWAY_CONFIG_PORT", "65536"),
        ("CAUSEWAY_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load_settings(Settings, {variable: value})
