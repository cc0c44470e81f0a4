"""Where the command looks for things."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.settings import PLACES, Settings, read_settings, told_where


def test_keys_lie_in_the_data_unless_told_otherwise() -> None:
    assert Settings(data=Path("d")).keys_folder == Path("d/keys")
    assert Settings(data=Path("d"), keys=Path("k")).keys_folder == Path("k")


def test_addresses_follow_the_ports() -> None:
    settings = Settings(edge_port=1234, retrieval_port=2345)

    assert settings.edge == "http://127.0.0.1:1234"
    assert settings.retrieval == "127.0.0.1:2345"
    assert settings.port("retrieval") == 2345


def test_a_service_that_listens_everywhere_is_found_on_loopback() -> None:
    assert Settings(bind="0.0.0.0").edge == "http://127.0.0.1:8080"


def test_a_remote_edge_can_be_named() -> None:
    assert Settings(edge_url="https://edge.example/").edge == "https://edge.example"


def test_commands_find_the_running_stack_whatever_ports_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("CAUSEWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CAUSEWAY_DATA", str(tmp_path))
    with told_where(Settings(data=tmp_path, edge_port=6000, retrieval_port=6001)):
        assert read_settings().edge == "http://127.0.0.1:6000"
        assert read_settings(running=False).edge_port == 8080
        monkeypatch.setenv("CAUSEWAY_RETRIEVAL_PORT", "7001")
        assert read_settings().retrieval == "127.0.0.1:7001"

    assert read_settings().edge_port == 8080


def test_a_damaged_note_of_the_running_stack_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUSEWAY_DATA", str(tmp_path))
    (tmp_path / PLACES).write_text("{")

    assert read_settings().retrieval_port == 50051
