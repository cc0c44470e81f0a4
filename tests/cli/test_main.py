"""The command as a whole: what it lists, what it loads, how it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cli.__main__ import app

ROOT = Path(__file__).resolve().parents[2]


def test_help_loads_neither_grpc_nor_http_nor_the_manifest_schema() -> None:
    heavy = ("grpc", "httpx", "google.protobuf", "pydantic", "structlog", "jwt", "prometheus_client")
    code = f"""
import sys
sys.argv = ["causeway", "--help"]
from cli.__main__ import main
try:
    main()
except SystemExit:
    pass
print("loaded:", [name for name in {heavy!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "loaded: []" in done.stdout


def _commands(prefix: str, command: object) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, one in getattr(command, "commands", {}).items():
        below = _commands(f"{prefix}{name} ", one)
        found |= below or {f"{prefix}{name}": one}
    return found


COMMANDS = _commands("", get_command(app))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_json_and_shows_an_example(name: str) -> None:
    command = COMMANDS[name]

    assert "--json" in {flag for p in command.params for flag in p.opts}  # type: ignore[attr-defined]
    assert f"causeway {name}" in (command.epilog or "")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "arguments", [("search", ""), ("search", "  "), ("ask", ""), ("token", "--anonymous"), ("nonsense",)]
)
def test_misuse_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
