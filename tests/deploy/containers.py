"""The containers that deploy/ declares, whether for Kubernetes or for one host, in one form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.dockerfile import Dockerfile, read_dockerfile
from tests.deploy.kustomization import Resource, pod_specs, render

KUBERNETES = ("base", "overlays/dev")
COMPOSE = Path("deploy/compose.yaml")
GIVEN_AT_RUN_TIME = "given-at-run-time"
"""Stands for a value that comes from a Secret."""


@dataclass(frozen=True)
class Probe:
    """A question about a container's health.

    Attributes:
        kind: startup, readiness, liveness or health.
        port: Where it is asked.
        asked: The gRPC service, or the HTTP path.
    """

    kind: str
    port: int
    asked: str


@dataclass(frozen=True)
class Container:
    """One declared container.

    Attributes:
        where: Says which one, to a person.
        target: The stage of the Dockerfile that its image is.
        tag: The image's tag.
        entrypoint: What it runs in any case.
        command: All that it runs.
        declared: The variables that the YAML gives it; secrets have a stand-in.
        environment: All of its variables, those of the image included.
        ports: What it says it listens on.
        probes: How it is asked for its health.
        volumes: Where it may write.
        mounts: Where it may only read.
        keys: The key files that it sees; None for all of them.
    """

    where: str
    target: str
    tag: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    declared: Mapping[str, str]
    environment: Mapping[str, str]
    ports: frozenset[int]
    probes: tuple[Probe, ...]
    volumes: frozenset[str]
    mounts: frozenset[str]
    keys: frozenset[str] | None = field(default=None)

    @property
    def module(self) -> str:
        """The Python module that it runs; empty if it runs none."""
        words = list(self.command)
        return words[words.index("-m") + 1] if "-m" in words else ""


def declared_containers(root: Path) -> list[Container]:
    """Every container of every kustomization and of the compose file."""
    dockerfile = read_dockerfile(root)
    found = list(compose_containers(root, dockerfile))
    for name in KUBERNETES:
        found += kubernetes_containers(name, render(root / "deploy/k8s" / name), dockerfile)
    return found


def workloads(root: Path) -> Iterator[tuple[str, Resource, list[Resource]]]:
    """(Where, workload, all resources beside it), for every kustomization."""
    for name in KUBERNETES:
        resources = render(root / "deploy/k8s" / name)
        for one in resources:
            if "template" in one.get("spec", {}):
                yield f"{name}: {one['metadata']['name']}", one, resources


def kubernetes_containers(
    name: str, resources: list[Resource], dockerfile: Dockerfile
) -> Iterator[Container]:
    """The containers of a rendered kustomization."""
    settings = {one["metadata"]["name"]: one["data"] for one in resources if one["kind"] == "ConfigMap"}
    for spec in pod_specs(resources):
        volumes = {one["name"]: one for one in spec.get("volumes", ())}
        for one in spec["containers"]:
            yield _from_pod(f"{name}: {one['name']}", one, volumes, settings, dockerfile)


def _from_pod(
    where: str,
    spec: dict[str, Any],
    volumes: dict[str, Any],
    settings: dict[str, dict[str, str]],
    dockerfile: Dockerfile,
) -> Container:
    target, tag = _image(spec["image"])
    variables: dict[str, str] = {}
    for source in spec.get("envFrom", ()):
        variables |= settings[source["configMapRef"]["name"]]
    for one in spec.get("env", ()):
        variables[one["name"]] = one.get("value", GIVEN_AT_RUN_TIME)
    mounts = spec.get("volumeMounts", ())
    environment = {**dockerfile.environment(target), **variables}
    keys = next((one for one in mounts if one["mountPath"] == environment.get("CAUSEWAY_KEYS")), None)
    ports = {one.get("name", ""): one["containerPort"] for one in spec.get("ports", ())}
    return Container(
        where=where,
        target=target,
        tag=tag,
        entrypoint=tuple(spec.get("command", dockerfile.entrypoint(target))),
        command=tuple(spec.get("command", ())) + tuple(spec.get("args", ())) or dockerfile.command(target),
        declared=variables,
        environment=environment,
        ports=frozenset(ports.values()),
        probes=tuple(_probes(spec, ports)),
        volumes=frozenset(one["mountPath"] for one in mounts if not one.get("readOnly")),
        mounts=frozenset(one["mountPath"] for one in mounts if one.get("readOnly")),
        keys=frozenset(item["path"] for item in volumes[keys["name"]]["secret"]["items"]) if keys else None,
    )


def _probes(spec: dict[str, Any], ports: dict[str, int]) -> Iterator[Probe]:
    for kind in ("startup", "readiness", "liveness"):
        probe = spec.get(f"{kind}Probe", {})
        if "grpc" in probe:
            yield Probe(kind, probe["grpc"]["port"], probe["grpc"].get("service", ""))
        elif "httpGet" in probe:
            port = probe["httpGet"]["port"]
            yield Probe(kind, ports.get(port, port), probe["httpGet"]["path"])
        elif probe:
            yield Probe(kind, 0, f"neither grpc nor httpGet: {sorted(probe)}")


def compose_containers(root: Path, dockerfile: Dockerfile) -> Iterator[Container]:
    """The containers of the compose file."""
    content = yaml.safe_load((root / COMPOSE).read_text("utf-8"))
    for name, spec in content["services"].items():
        target, tag = _image(spec["image"])
        variables = {key: interpolated(str(value)) for key, value in spec.get("environment", {}).items()}
        volumes = [one.split(":") for one in spec.get("volumes", ())]
        entrypoint, command = spec.get("entrypoint"), spec.get("command")
        yield Container(
            where=f"compose: {name}",
            target=target,
            tag=tag,
            entrypoint=tuple(entrypoint or dockerfile.entrypoint(target)),
            command=tuple((entrypoint or []) + (command or [])) or dockerfile.command(target),
            declared=variables,
            environment={**dockerfile.environment(target), **variables},
            ports=_asked_ports(spec),
            probes=tuple(_health(spec)),
            volumes=frozenset(one[1] for one in volumes if one[-1] != "ro")
            | {one.partition(":")[0] for one in spec.get("tmpfs", ())},
            mounts=frozenset(one[1] for one in volumes if one[-1] == "ro"),
        )


def _health(spec: dict[str, Any]) -> Iterator[Probe]:
    match spec.get("healthcheck", {}).get("test", ()):
        case ["CMD", "python", "healthcheck.py", "grpc", address, service]:
            yield Probe("health", int(address.rpartition(":")[2]), service)
        case ["CMD", "python", "healthcheck.py", "http", url]:
            host, _, path = url.removeprefix("http://").partition("/")
            yield Probe("health", int(host.rpartition(":")[2]), f"/{path}")


def _asked_ports(spec: dict[str, Any]) -> frozenset[int]:
    """Compose declares no port that is not published: the health check knows it."""
    published = {int(interpolated(one).rpartition(":")[2]) for one in spec.get("ports", ())}
    return frozenset(published | {probe.port for probe in _health(spec)})


def interpolated(value: str) -> str:
    """Fills in `${NAME:-default}` as compose does where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def _image(image: str) -> tuple[str, str]:
    name, _, tag = image.partition(":")
    return name.rpartition("/")[2], tag
