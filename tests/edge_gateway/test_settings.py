"""The edge's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.keys import create_signing_key
from libs.common.settings import SettingsError, load_settings
from services.edge_gateway.settings import Settings, load_demo_key, load_query_secret


def test_everything_has_a_default_that_is_safe() -> None:
    settings = load_settings(Settings, {})

    assert settings.environment == "production"
    assert not settings.development
    assert settings.bind == "127.0.0.1"
    assert settings.port == 8080
    assert settings.generation == "127.0.0.1:50052"
    assert settings.max_body_bytes == 65536
    assert settings.keys_folder == Path(".causeway/keys")
    assert settings.secrets_folder == Path(".causeway/keys")
    assert settings.manifests_folder == Path(".causeway/edge_gateway/manifests")


def test_folders_follow_the_variables() -> None:
    settings = load_settings(
        Settings, {"CAUSEWAY_DATA": "/d", "CAUSEWAY_KEYS": "/k", "CAUSEWAY_SECRETS": "/s"}
    )

    assert settings.keys_folder == Path("/k")
    assert settings.secrets_folder == Path("/s")
    assert settings.manifests_folder == Path("/d/edge_gateway/manifests")
    assert load_settings(Settings, {"CAUSEWAY_KEYS": "/k"}).secrets_folder == Path("/k")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CAUSEWAY_ENVIRONMENT", "prod"),
        ("CAUSEWAY_EDGE_PORT", "0"),
        ("CAUSEWAY_EDGE_PORT", "http"),
        ("CAUSEWAY_MAX_BODY_BYTES", "10"),
        ("CAUSEWAY_GRACE_SECONDS", "0"),
        ("CAUSEWAY_STREAMS_PER_SUBJECT", "0"),
        ("CAUSEWAY_CHAT_PER_MINUTE", "0"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load_settings(Settings, {variable: value})


def test_the_query_secret_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("ab" * 32 + "\n")

    assert load_query_secret(tmp_path / "secret") == b"\xab" * 32


@pytest.mark.parametrize("content", ["", "ab" * 31, "zz" * 32, "ab" * 32 + "x", "ü" * 64])
def test_a_weak_or_broken_secret_is_refused_without_showing_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content)

    with pytest.raises(SettingsError) as caught:
        load_query_secret(tmp_path / "secret")
    assert "secret" in str(caught.value)
    assert not content or content not in str(caught.value)


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"edge-query\.secret"):
        load_query_secret(tmp_path / "edge-query.secret")


def test_the_demo_key_is_for_development_only(tmp_path: Path) -> None:
    folder = {"CAUSEWAY_KEYS": str(tmp_path)}
    development = load_settings(Settings, {**folder, "CAUSEWAY_ENVIRONMENT": "dev"})
    assert load_demo_key(development) is None

    create_signing_key(tmp_path / "demo-host.key.pem")

    assert load_demo_key(development) is not None
    assert load_demo_key(load_settings(Settings, folder)) is None
