"""What a process tells of itself, and when it may not."""

from __future__ import annotations

import socket

import httpx
import pytest

from libs.common.process_settings import ProcessSettings
from libs.common.settings import SettingsError
from libs.common.telemetry import start_telemetry
from tests.e2e.stack import free_ports


def test_metrics_are_served_where_they_are_told() -> None:
    port = free_ports(1)[0]

    start_telemetry("probe", ProcessSettings(), port)

    assert "causeway_rpc_duration_seconds" in httpx.get(f"http://127.0.0.1:{port}/metrics").text


def test_a_taken_port_ends_the_start_in_production_and_not_on_a_developers_machine() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=f"metrics port {port} of probe"):
            start_telemetry("probe", ProcessSettings(environment="production"), port)
        start_telemetry("probe", ProcessSettings(environment="dev"), port)
