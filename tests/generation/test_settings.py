"""The environment is read once, checked, and secrets do not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.settings import SettingsError, load_settings
from services.generation.settings import Settings


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings(Settings, {})
    assert settings.address == "127.0.0.1:50052"
    assert settings.retrieval_address == "127.0.0.1:50051"
    assert settings.config_address == "127.0.0.1:50053"
    assert settings.trust_file == Path(".causeway/keys/trust.json")
    assert settings.signing_key_file == Path(".causeway/keys/generation.key.pem")
    assert settings.models_folder == Path(".causeway/models")
    assert settings.manifests_folder == Path(".causeway/generation/manifests")
    assert settings.model == ""


def test_keys_may_lie_elsewhere() -> None:
    settings = load_settings(Settings, {"CAUSEWAY_KEYS": "/run/keys", "CAUSEWAY_DATA": "/data"})
    assert settings.trust_file == Path("/run/keys/trust.json")
    assert settings.manifests_folder == Path("/data/generation/manifests")


def test_the_models_key_never_shows() -> None:
    settings = load_settings(Settings, {"CAUSEWAY_MODEL": "m", "CAUSEWAY_MODEL_API_KEY": "sk-1"})
    assert settings.model_api_key == "sk-1"
    assert "sk-1" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CAUSEWAY_GENERATION_PORT", "0"),
        ("CAUSEWAY_GENERATION_THREADS", "none"),
        ("CAUSEWAY_GENERATION_ANSWER_SECONDS", "0"),
        ("CAUSEWAY_GENERATION_MAX_ANSWERS", "-1"),
        ("CAUSEWAY_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load_settings(Settings, {variable: value})
