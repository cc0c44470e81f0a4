"""What the code says about each service: its settings, its port, whom it calls and how its health is asked for."""

from __future__ import annotations

import dataclasses
import importlib
import re
from dataclasses import Field
from pathlib import Path
from typing import Any

from libs.common.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("edge_gateway", "retrieval", "generation", "config", "insights")
WORKER = "services.retrieval.worker"
"""The process that nobody calls."""

_OF_THE_WORKER = frozenset({"CAUSEWAY_INGEST_METRICS_PORT"})


def settings_class(target: str) -> type[Any]:
    """The settings of a service, or of the command."""
    module = "cli.settings" if target == "cli" else f"services.{target}.settings"
    found: type[Any] = importlib.import_module(module).Settings
    return found


def settings_fields(target: str) -> dict[str, Field[Any]]:
    """The settings by the variable of each."""
    return {field.metadata["variable"]: field for field in dataclasses.fields(settings_class(target))}


def default(target: str, variable: str) -> Any:
    """What a process takes when the variable is not set."""
    return settings_fields(target)[variable].default


def secret_variables(target: str) -> set[str]:
    """The variables whose values must not be written down."""
    return {name for name, field in settings_fields(target).items() if field.metadata["secret"]}


def loaded(target: str, environment: dict[str, str]) -> Any:
    """The settings as a process with these variables would see them."""
    return load_settings(settings_class(target), environment)


def port_variables(module: str) -> dict[str, int]:
    """The variables that say where a process listens, with their defaults; one that is 0 is off."""
    target = module.split(".")[1]
    names = {name for name in settings_fields(target) if name.endswith("_PORT")}
    names = names & _OF_THE_WORKER if module == WORKER else names - _OF_THE_WORKER
    return {name: int(default(target, name)) for name in sorted(names) if default(target, name)}


def main_port_variable(target: str) -> str:
    """The variable for the port on which a service is called."""
    return next(name for name in port_variables(f"services.{target}") if not name.endswith("_METRICS_PORT"))


def main_port(target: str) -> int:
    """The default port on which a service is called."""
    return port_variables(f"services.{target}")[main_port_variable(target)]


def metrics_ports(target: str) -> set[int]:
    """The default ports on which the processes of a service show their metrics, where that is not the main one."""
    processes = [f"services.{target}", *([WORKER] if target == "retrieval" else ())]
    ports = {name: port for process in processes for name, port in port_variables(process).items()}
    return {port for name, port in ports.items() if name.endswith("_METRICS_PORT")}


def called_services(target: str) -> dict[str, str]:
    """The services that one calls, by the variable that says where each is."""
    names = {name for name in settings_fields(target) if name.endswith("_ADDRESS")}
    return {name: name.removeprefix("CAUSEWAY_").removesuffix("_ADDRESS").lower() for name in names}


def health_name(service: str) -> str:
    """The full name under which a core service reports its health."""
    found: str = importlib.import_module(f"services.{service}.server").FULL_NAME
    return found


def edge_routes() -> set[str]:
    """The paths that the edge serves."""
    text = (ROOT / "services" / "edge_gateway" / "app.py").read_text("utf-8")
    return set(re.findall(r'Route\(\s*"([^"]+)"', text))


def project_version() -> str:
    """The version in pyproject.toml."""
    found = re.search(r'^version = "([^"]+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1]
