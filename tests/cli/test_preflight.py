"""What is checked before anything starts."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from cli.output import CommandFailed
from cli.preflight import check_ports, lock_data
from cli.settings import Settings
from tests.e2e.stack import free_ports


def settings_on(ports: list[int]) -> Settings:
    return Settings(
        edge_port=ports[0],
        retrieval_port=ports[1],
        generation_port=ports[2],
        config_port=ports[3],
        insights_port=ports[4],
    )


def test_free_ports_pass() -> None:
    check_ports(settings_on(free_ports(5)))


def test_every_taken_port_is_named_with_the_variable_that_moves_it() -> None:
    ports = free_ports(5)
    with socket.socket() as first, socket.socket() as second:
        for taken, port in ((first, ports[0]), (second, ports[3])):
            taken.bind(("127.0.0.1", port))
            taken.listen()
        with pytest.raises(CommandFailed) as caught:
            check_ports(settings_on(ports))

    message = str(caught.value)
    assert f"Port {ports[0]} (edge) is taken" in message
    assert f"Port {ports[3]} (config) is taken" in message
    assert "CAUSEWAY_EDGE_PORT=" in message
    assert "CAUSEWAY_CONFIG_PORT=" in message


def test_one_data_folder_serves_one_stack_at_a_time(tmp_path: Path) -> None:
    with lock_data(tmp_path), pytest.raises(CommandFailed, match="already runs on"), lock_data(tmp_path):
        pass
    with lock_data(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandFailed, match="CAUSEWAY_DATA"), lock_data(tmp_path / "file" / "data"):
        pass
