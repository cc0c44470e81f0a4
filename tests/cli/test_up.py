"""What `causeway up` hands to its processes and shows of their logs."""

from __future__ import annotations

from pathlib import Path

from cli.settings import Settings
from cli.up import _worth_showing, child_environment, curl_line


def test_services_find_each_other_on_the_chosen_ports() -> None:
    settings = Settings(data=Path("d"), retrieval_port=6001, edge_port=6000)

    variables = child_environment(settings, {"PATH": "/bin", "CAUSEWAY_MODEL": "openai/x"})

    assert variables["CAUSEWAY_RETRIEVAL_ADDRESS"] == "127.0.0.1:6001"
    assert variables["CAUSEWAY_RETRIEVAL_PORT"] == "6001"
    assert variables["CAUSEWAY_EDGE_PORT"] == "6000"
    assert variables["CAUSEWAY_ENVIRONMENT"] == "dev"
    assert variables["CAUSEWAY_MODEL"] == "openai/x"
    assert variables["PATH"] == "/bin"


def test_the_callers_environment_wins_over_dev() -> None:
    assert (
        child_environment(Settings(), {"CAUSEWAY_ENVIRONMENT": "staging"})["CAUSEWAY_ENVIRONMENT"]
        == "staging"
    )


def test_only_warnings_errors_and_plain_lines_are_shown() -> None:
    assert not _worth_showing('{"level": "info", "event": "answer"}')
    assert _worth_showing('{"level": "warning", "event": "manifest_stream_lost"}')
    assert _worth_showing("Traceback (most recent call last):")


def test_the_curl_line_carries_the_address() -> None:
    line = curl_line("http://127.0.0.1:8080", "Where is it?")
    assert "http://127.0.0.1:8080/v1/chat" in line
    assert '{"question": "Where is it?"}' in line
