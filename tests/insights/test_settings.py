"""The settings of insights."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.settings import SettingsError, load_settings
from services.insights.settings import Settings


def test_the_defaults_are_those_of_one_machine() -> None:
    settings = load_settings(Settings, {})
    assert settings.address == "127.0.0.1:50054"
    assert settings.trust_file == Path(".causeway/keys/trust.json")
    assert settings.database == Path(".causeway/insights/insights.sqlite3")


def test_keys_may_be_mounted_elsewhere() -> None:
    settings = load_settings(Settings, {"CAUSEWAY_DATA": "/d", "CAUSEWAY_KEYS": "/k"})
    assert settings.trust_file == Path("/k/trust.json")


def test_a_wrong_value_is_named() -> None:
    with pytest.raises(SettingsError, match="CAUSEWAY_INSIGHTS_PORT"):
        load_settings(Settings, {"CAUSEWAY_INSIGHTS_PORT": "0"})
