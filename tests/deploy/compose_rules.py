"""Rules that the compose file keeps; each takes a tree and returns its violations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.deploy import service_code as code
from tests.deploy.containers import COMPOSE
from tests.deploy.lifecycle_rules import SECONDS_TO_LEAVE

Rule = Callable[[Path], list[str]]
Services = Mapping[str, Mapping[str, Any]]

SERVERS = ("config", "insights", "retrieval", "generation", "edge")


def services(root: Path) -> Services:
    """The services of the compose file."""
    found: Services = yaml.safe_load((root / COMPOSE).read_text("utf-8"))["services"]
    return found


def containers_are_confined(root: Path) -> list[str]:
    """As on Kubernetes: nobody's user, no rights, an image that cannot be written to."""
    wanted: dict[str, Any] = {
        "user": "10001:10001",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }
    return [
        f"{name}: {key} is {spec.get(key)!r}"
        for name, spec in services(root).items()
        for key, value in wanted.items()
        if spec.get(key) != value or spec.get("privileged")
    ]


def only_the_edge_is_published(root: Path) -> list[str]:
    """Nothing but the edge can be reached, and that from this host only."""
    found = []
    for name, spec in services(root).items():
        ports = spec.get("ports", ())
        if (name == "edge") != bool(ports):
            found.append(f"{name}: publishes {list(ports)}")
        found += [
            f"{name}: {port} is open to the network" for port in ports if not port.startswith("127.0.0.1:")
        ]
    return found


def few_reach_out(root: Path) -> list[str]:
    """The core's network leads nowhere; generation has another one, for the models, and so have the sources."""
    content = yaml.safe_load((root / COMPOSE).read_text("utf-8"))
    found = [] if content["networks"]["core"].get("internal") else ["the core's network leads outside"]
    for name, spec in content["services"].items():
        if spec.get("network_mode") == "none":
            continue
        beyond = set(spec.get("networks", ["default"])) - {"core"}
        allowed = {"generation": {"outward"}, "sources": {"outward"}, "edge": {"inward"}}.get(name, set())
        if beyond != allowed:
            found.append(f"{name}: is also on {sorted(beyond)}")
    return found


def services_start_in_order(root: Path) -> list[str]:
    """Each waits for what it calls to be healthy, and for the keys."""
    found = []
    all_services = services(root)
    for name in SERVERS:
        target = "edge_gateway" if name == "edge" else name
        before = _all_before(all_services, name)
        needed = {"keys", *code.called_services(target).values()}
        found += [f"{name}: does not wait for {one}" for one in sorted(needed - before)]
    for name, spec in all_services.items():
        for other, how in spec.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other == "keys" else "service_healthy"
            if how["condition"] != wanted and other in (*SERVERS, "keys"):
                found.append(f"{name}: waits for {other} only until {how['condition']}")
    return found


def _all_before(all_services: Services, name: str) -> set[str]:
    direct = set(all_services[name].get("depends_on", {}))
    return direct.union(*(_all_before(all_services, one) for one in direct))


def answers_may_end(root: Path) -> list[str]:
    """Edge and generation get the longest answer's time to stop."""
    needed = float(code.default("generation", "CAUSEWAY_GENERATION_ANSWER_SECONDS")) + SECONDS_TO_LEAVE
    return [
        f"{name}: has {spec.get('stop_grace_period', '10s')} to stop, needs {needed:.0f}s"
        for name, spec in services(root).items()
        if name in {"edge", "generation"}
        and float(spec.get("stop_grace_period", "10s").removesuffix("s")) < needed
    ]


def keys_are_written_by_their_job_alone(root: Path) -> list[str]:
    """Every service reads the keys; only the job that makes them may write."""
    return [
        f"{name}: mounts {volume}"
        for name, spec in services(root).items()
        for volume in spec.get("volumes", ())
        if volume.startswith("keys:") and (name != "keys") != volume.endswith(":ro")
    ]


RULES: tuple[Rule, ...] = (
    containers_are_confined,
    only_the_edge_is_published,
    few_reach_out,
    services_start_in_order,
    answers_may_end,
    keys_are_written_by_their_job_alone,
)
