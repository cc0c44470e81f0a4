"""Rules that hold deploy/ against the code; each takes a tree and returns where the two disagree."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from libs.common.settings import SettingsError
from tests.deploy import service_code as code
from tests.deploy.containers import (
    COMPOSE,
    GIVEN_AT_RUN_TIME,
    KUBERNETES,
    Container,
    declared_containers,
)
from tests.deploy.dockerfile import read_dockerfile
from tests.deploy.kustomization import render

Rule = Callable[[Path], list[str]]


def images_are_built(root: Path) -> list[str]:
    """Every image is a target of the Dockerfile, carries the project's version, and runs a module that exists."""
    targets, found = read_dockerfile(root).stages, []
    for one in declared_containers(root):
        if one.target not in targets:
            found.append(f"{one.where}: the Dockerfile has no target {one.target}")
        if one.tag != code.project_version():
            found.append(f"{one.where}: the tag is {one.tag!r}, the project is {code.project_version()}")
        if one.module and importlib.util.find_spec(one.module) is None:
            found.append(f"{one.where}: there is no module {one.module}")
    return found


def variables_exist(root: Path) -> list[str]:
    """Every variable is one that the process reads; deployment and image make none up."""
    return [
        f"{one.where}: {one.target} does not read {name}"
        for one in declared_containers(root)
        for name in sorted(one.environment)
        if name.startswith("CAUSEWAY_") and name not in code.settings_fields(one.target)
    ]


def settings_load(root: Path) -> list[str]:
    """With its variables each process starts: nothing required is missing, and every value is allowed."""
    found = []
    for one in declared_containers(root):
        try:
            code.loaded(one.target, dict(one.environment))
        except SettingsError as error:
            found.append(f"{one.where}: {error}")
    return found


def services_listen_for_others(root: Path) -> list[str]:
    """Every service binds to more than its own loopback."""
    return [
        f"{one.where}: binds to {bind or 'its default'}, where nobody reaches it"
        for one in _servers(root)
        if (bind := one.environment.get("CAUSEWAY_BIND", "")) != "0.0.0.0"
    ]


def ports_are_the_defaults(root: Path) -> list[str]:
    """The declared ports are the code's defaults, and the ones that the process is told to listen on."""
    found = []
    for one in declared_containers(root):
        if not one.module.startswith("services."):
            continue
        expected = code.port_variables(one.module)
        # Compose publishes what it declares; metrics are for those on the same network.
        declared = (
            {code.main_port(one.target)} & set(expected.values())
            if _scope(one) == "compose"
            else set(expected.values())
        )
        if one.ports != declared:
            found.append(f"{one.where}: declares {sorted(one.ports)}, must declare {sorted(declared)}")
        for name, port in expected.items():
            if one.environment.get(name, str(port)) != str(port):
                found.append(f"{one.where}: {name} is {one.environment[name]}, by default {port}")
    dockerfile = read_dockerfile(root)
    for service in code.SERVICES:
        if dockerfile.exposed(service) != {code.main_port(service), *code.metrics_ports(service)}:
            found.append(f"Dockerfile: {service} exposes {sorted(dockerfile.exposed(service))}")
    return found


def addresses_lead_to_services(root: Path) -> list[str]:
    """Whoever calls a service is told where it is, by a name that balances, and that name is there."""
    known = _known_addresses(root)
    return [
        f"{one.where}: {name} is {address or 'not set'}; it must be one of {sorted(known[_scope(one)])}"
        for one in declared_containers(root)
        if one.module not in {"", code.WORKER}
        for name, service in sorted(code.called_services(one.target).items())
        if (address := one.environment.get(name, "")) != f"dns:///{service}:{code.main_port(service)}"
        or address not in known[_scope(one)]
    ]


def probes_ask_what_is_served(root: Path) -> list[str]:
    """Every server is asked for its health: gRPC services by their full name, the edge on routes it has."""
    found = []
    for one in _servers(root):
        kinds = {probe.kind for probe in one.probes}
        wanted = {"health"} if _scope(one) == "compose" else {"startup", "readiness", "liveness"}
        if kinds != wanted:
            found.append(f"{one.where}: has the probes {sorted(kinds)}, not {sorted(wanted)}")
        for probe in one.probes:
            if probe.port != code.main_port(one.target):
                found.append(f"{one.where}: the {probe.kind} probe asks port {probe.port}")
            if one.target == "edge_gateway":
                ready = probe.kind in {"readiness", "health"}
                expected = "/readyz" if ready else "/healthz"
                if probe.asked != expected or expected not in code.edge_routes():
                    found.append(f"{one.where}: the {probe.kind} probe asks {probe.asked}")
            elif probe.asked != code.health_name(one.target):
                found.append(f"{one.where}: the {probe.kind} probe asks for {probe.asked!r}")
    return found


def data_lies_on_volumes(root: Path) -> list[str]:
    """Whatever a service keeps lies on a volume of its own; keys and the baked-in models are only read."""
    found = []
    for one in declared_containers(root):
        if not one.module.startswith("services."):
            continue
        for name, path in _kept_paths(code.loaded(one.target, dict(one.environment))):
            if not any(path.is_relative_to(top) for top in one.volumes):
                found.append(f"{one.where}: {name} is {path}, which is on no volume")
        for read in ("CAUSEWAY_KEYS", "CAUSEWAY_SECRETS"):
            if read in one.environment and one.environment[read] not in one.mounts:
                found.append(
                    f"{one.where}: {read} is {one.environment[read]}, which is not mounted read-only"
                )
    return found


def secrets_are_references(root: Path) -> list[str]:
    """No secret's value stands in a ConfigMap, in a pod, or in the compose file."""
    secret = {name for service in (*code.SERVICES, "cli") for name in code.secret_variables(service)}
    found = []
    for name in KUBERNETES:
        for one in render(root / "deploy/k8s" / name):
            if one["kind"] == "Secret" or secret & one.get("data", {}).keys():
                found.append(f"{name}: a secret is written down in {one['kind']} {one['metadata']['name']}")
    for container in declared_containers(root):
        for variable in sorted(secret & container.declared.keys()):
            if container.declared[variable] not in {"", GIVEN_AT_RUN_TIME}:
                found.append(f"{container.where}: {variable} is written down")
    return found


def _servers(root: Path) -> Iterator[Container]:
    for one in declared_containers(root):
        if one.module in {f"services.{service}" for service in code.SERVICES}:
            yield one


def _scope(one: Container) -> str:
    return one.where.partition(":")[0]


def _known_addresses(root: Path) -> dict[str, set[str]]:
    """The addresses that exist, by kustomization and for compose."""
    known = {}
    for name in KUBERNETES:
        services = [one for one in render(root / "deploy/k8s" / name) if one["kind"] == "Service"]
        known[name] = {
            f"dns:///{one['metadata']['name']}:{port['port']}"
            for one in services
            if one["spec"].get("clusterIP") == "None"
            for port in one["spec"]["ports"]
        }
    content = yaml.safe_load((root / COMPOSE).read_text("utf-8"))
    names = [name for name in content["services"] if name in code.SERVICES]
    known["compose"] = {f"dns:///{name}:{code.main_port(name)}" for name in names}
    return known


def _kept_paths(settings: Any) -> Iterator[tuple[str, Path]]:
    """The properties of settings that name what the service keeps."""
    fields = {field.name for field in dataclasses.fields(settings)}
    read_only = [settings.data / "models"]
    if keys := getattr(settings, "keys", None):
        read_only.append(keys)
    for name in dir(type(settings)):
        if name in fields or name.startswith("_") or not isinstance(getattr(type(settings), name), property):
            continue
        path = getattr(settings, name)
        is_kept = isinstance(path, Path) and path.is_relative_to(settings.data)
        if is_kept and not any(path.is_relative_to(top) for top in read_only):
            yield name, path


RULES: tuple[Rule, ...] = (
    images_are_built,
    variables_exist,
    settings_load,
    services_listen_for_others,
    ports_are_the_defaults,
    addresses_lead_to_services,
    probes_ask_what_is_served,
    data_lies_on_volumes,
    secrets_are_references,
)
