"""Where the command looks for things."""

from __future__ import annotations

from pathlib import Path

from cli.settings import Settings


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
