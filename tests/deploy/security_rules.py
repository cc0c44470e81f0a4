"""Rules about what pods may do and whom they may reach; each takes a tree and returns its violations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.architecture.rules import SECRET_PATTERNS
from tests.deploy import service_code as code
from tests.deploy.containers import KUBERNETES, workloads
from tests.deploy.dockerfile import read_dockerfile
from tests.deploy.kustomization import render
from tests.deploy.network import (
    ANYONE,
    DNS,
    INTERNET,
    MONITORING,
    Flow,
    metadata_address_is_left_out,
    read_network,
)
from tests.deploy.pod_security import violations

Rule = Callable[[Path], list[str]]


def pods_are_restricted(root: Path) -> list[str]:
    """Every pod passes the restricted standard, and cannot write to its own image either."""
    found = []
    for where, workload, _ in workloads(root):
        template = workload["spec"]["template"]
        spec = template["spec"]
        found += [f"{where}: {one}" for one in violations(spec, template["metadata"].get("annotations"))]
        for container in spec.get("initContainers", []) + spec["containers"]:
            if not container.get("securityContext", {}).get("readOnlyRootFilesystem"):
                found.append(f"{where}: {container['name']} can write to its image")
    return found


def namespaces_enforce_it(root: Path) -> list[str]:
    """The namespace itself refuses pods that are not restricted."""
    found = []
    for name in KUBERNETES:
        spaces = [one for one in render(root / "deploy/k8s" / name) if one["kind"] == "Namespace"]
        labels = spaces[0]["metadata"]["labels"] if spaces else {}
        for mode in ("enforce", "audit", "warn"):
            if labels.get(f"pod-security.kubernetes.io/{mode}") != "restricted":
                found.append(f"{name}: the namespace does not {mode} the restricted standard")
    return found


def pods_hold_no_token(root: Path) -> list[str]:
    """Each workload has an account of its own, without a token for the cluster's API; no Service leaks into its settings."""
    found = []
    for where, workload, resources in workloads(root):
        spec, name = workload["spec"]["template"]["spec"], workload["metadata"]["name"]
        accounts = [one for one in resources if one["kind"] == "ServiceAccount"]
        account = next(
            (one for one in accounts if one["metadata"]["name"] == spec.get("serviceAccountName")), {}
        )
        if spec.get("serviceAccountName") != name or account.get("automountServiceAccountToken") is not False:
            found.append(f"{where}: has no account of its own without a token")
        if spec.get("automountServiceAccountToken") is not False:
            found.append(f"{where}: mounts a token")
        if spec.get("enableServiceLinks") is not False:
            found.append(f"{where}: gets variables from Services")
    return found


def declared_flows() -> frozenset[Flow]:
    """The connections that the code opens, who comes in, who goes out, and who reads metrics."""
    calls = {service: code.called_services(service).values() for service in (*code.SERVICES, "cli")}
    flows = {
        Flow(_workload(service), target, code.main_port(target))
        for service, targets in calls.items()
        for target in targets
    }
    flows |= {Flow(_workload(service), DNS, 53) for service, targets in calls.items() if targets}
    flows |= {
        Flow(MONITORING, _workload(service), port)
        for service in code.SERVICES
        for port in code.metrics_ports(service)
    }
    flows.add(Flow(ANYONE, "edge", code.main_port("edge_gateway")))
    flows.add(Flow(MONITORING, "sources", int(code.default("cli", "CAUSEWAY_SOURCES_METRICS_PORT"))))
    flows.add(Flow("generation", INTERNET, 443))
    flows |= {Flow("sources", INTERNET, port) for port in (80, 443)}
    return frozenset(flows)


def _workload(service: str) -> str:
    return {"edge_gateway": "edge", "cli": "sources"}.get(service, service)


def network_allows_what_is_declared(root: Path) -> list[str]:
    """Everything is denied but the calls that the code makes; both ends agree."""
    found = []
    for name in KUBERNETES:
        resources = render(root / "deploy/k8s" / name)
        network, declared = read_network(resources), declared_flows()
        denies = [
            one
            for one in resources
            if one["kind"] == "NetworkPolicy"
            and one["spec"]["podSelector"] == {}
            and set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"}
            and not one["spec"].get("ingress")
            and not one["spec"].get("egress")
        ]
        if not denies:
            found.append(f"{name}: nothing denies by default")
        found += [f"{name}: {pod} is not isolated" for pod in sorted(network.open_pods)]
        found += [
            f"{name}: {_say(flow)} is allowed, but nothing needs it"
            for flow in sorted(network.flows - declared)
        ]
        found += [
            f"{name}: {_say(flow)} is needed, but not allowed" for flow in sorted(declared - network.flows)
        ]
        found += [
            f"{name}: {_say(flow)} is allowed at one end only"
            for flow in sorted(network.one_sided - declared)
        ]
        if not metadata_address_is_left_out(resources):
            found.append(f"{name}: a way to the internet includes private addresses")
    return found


def _say(flow: Flow) -> str:
    return f"{flow.source} → {flow.target}:{flow.port}"


def images_are_pinned(root: Path) -> list[str]:
    """Nothing runs or is built from an image without a version."""
    found = []
    for where, workload, _ in workloads(root):
        for container in workload["spec"]["template"]["spec"]["containers"]:
            if container["image"].partition(":")[2] in {"", "latest"}:
                found.append(f"{where}: {container['image']} has no version")
    for image in sorted(read_dockerfile(root).images()):
        if image.partition(":")[2] in {"", "latest"}:
            found.append(f"Dockerfile: {image} has no version")
    return found


def no_secrets_are_written_down(root: Path) -> list[str]:
    """No file below deploy/ holds a key, a token or a Secret."""
    found = []
    for path in sorted((root / "deploy").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            text = path.read_text("utf-8")
            found += [
                f"{path.name}: holds {what}" for what, one in SECRET_PATTERNS.items() if one.search(text)
            ]
            if "\nkind: Secret\n" in text and path.suffix == ".yaml":
                found.append(f"{path.name}: holds a Secret")
    return found


RULES: tuple[Rule, ...] = (
    pods_are_restricted,
    namespaces_enforce_it,
    pods_hold_no_token,
    network_allows_what_is_declared,
    images_are_pinned,
    no_secrets_are_written_down,
)
