"""Rules about how pods come, go and share a cluster; each takes a tree and returns its violations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.deploy import service_code as code
from tests.deploy.containers import KUBERNETES, kubernetes_containers, workloads
from tests.deploy.dockerfile import read_dockerfile
from tests.deploy.kustomization import Resource, render
from tests.deploy.network import selects

Rule = Callable[[Path], list[str]]

MAY_MULTIPLY = frozenset({"edge"})
"""What keeps nothing that another pod would have to know; add to it when its state is shared."""
LEAST_PRE_STOP_SECONDS = 5
SECONDS_TO_LEAVE = 10


def every_workload_has_a_budget(root: Path) -> list[str]:
    """A PodDisruptionBudget covers each workload, and lets a node be drained."""
    found = []
    for where, workload, resources in workloads(root):
        labels = workload["spec"]["template"]["metadata"]["labels"]
        budgets = [
            one["spec"]
            for one in resources
            if one["kind"] == "PodDisruptionBudget" and selects(one["spec"]["selector"], labels)
        ]
        if len(budgets) != 1:
            found.append(f"{where}: {len(budgets)} disruption budgets cover it")
        elif not budgets[0].get("maxUnavailable"):
            found.append(f"{where}: its disruption budget keeps every pod where it is")
    return found


def every_workload_is_spread(root: Path) -> list[str]:
    """Pods of one workload go to different zones and nodes where they can."""
    found = []
    for where, workload, _ in workloads(root):
        template = workload["spec"]["template"]
        keys = {
            one["topologyKey"]
            for one in template["spec"].get("topologySpreadConstraints", ())
            if selects(one["labelSelector"], template["metadata"]["labels"])
        }
        missing = {"topology.kubernetes.io/zone", "kubernetes.io/hostname"} - keys
        found += [f"{where}: is not spread by {key}" for key in sorted(missing)]
    return found


def servers_stop_gracefully(root: Path) -> list[str]:
    """A pod that goes answers on while everybody learns of it, and long enough for its longest answer."""
    found = []
    for where, workload, resources in workloads(root):
        spec, name = workload["spec"]["template"]["spec"], workload["metadata"]["name"]
        for container in spec["containers"]:
            if "readinessProbe" not in container:
                continue
            pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            needed = pause + _work_seconds(name, resources, root) + SECONDS_TO_LEAVE
            if pause < LEAST_PRE_STOP_SECONDS:
                found.append(f"{where}: preStop sleeps {pause} s")
            if spec.get("terminationGracePeriodSeconds", 30) < needed:
                found.append(
                    f"{where}: has {spec.get('terminationGracePeriodSeconds')} s to stop, needs {needed:.0f}"
                )
    return found


def _work_seconds(name: str, resources: list[Resource], root: Path) -> float:
    """How long what a workload has begun may take; an answer takes as long at the edge as it does in generation."""
    answer = float(code.default("generation", "CAUSEWAY_GENERATION_ANSWER_SECONDS"))
    if name == "generation":
        return answer
    if name != "edge":
        return 0.0
    containers = kubernetes_containers("", resources, read_dockerfile(root))
    edge = next(one for one in containers if one.target == "edge_gateway")
    settings = code.loaded("edge_gateway", dict(edge.environment))
    return max(answer, float(settings.drain_seconds + settings.grace_seconds))


def answers_are_waited_for(root: Path) -> list[str]:
    """Who can be told how long running answers may take is told what generation may take for them."""
    answer = code.default("generation", "CAUSEWAY_GENERATION_ANSWER_SECONDS")
    return [
        f"{one.where}: gives running answers {grace} s of {answer:.0f}"
        for name in KUBERNETES
        for one in kubernetes_containers(name, render(root / "deploy/k8s" / name), read_dockerfile(root))
        if one.target in {"edge_gateway", "generation"}
        and (grace := getattr(code.loaded(one.target, dict(one.environment)), "grace_seconds", answer))
        < answer
    ]


def only_the_stateless_multiply(root: Path) -> list[str]:
    """More than one pod runs only of what keeps nothing, and an autoscaler and a fixed number never meet."""
    found = []
    for where, workload, resources in workloads(root):
        name, replicas = workload["metadata"]["name"], workload["spec"].get("replicas")
        scalers = [
            one["spec"]
            for one in resources
            if one["kind"] == "HorizontalPodAutoscaler"
            and one["spec"]["scaleTargetRef"] == {**_reference(workload), "name": name}
        ]
        if name not in MAY_MULTIPLY and (scalers or (replicas or 1) > 1):
            found.append(f"{where}: may have several pods, but keeps state in one")
        if scalers and replicas is not None:
            found.append(f"{where}: replicas and an autoscaler contradict each other")
        if scalers and scalers[0].get("minReplicas", 1) < 2:
            found.append(f"{where}: its autoscaler leaves it with one pod")
    return found


def _reference(workload: Resource) -> dict[str, str]:
    return {"apiVersion": workload["apiVersion"], "kind": workload["kind"]}


def resources_are_bounded(root: Path) -> list[str]:
    """Every container asks for what it needs and cannot take all memory; every scratch folder has a size."""
    found = []
    for where, workload, _ in workloads(root):
        spec = workload["spec"]["template"]["spec"]
        for container in spec["containers"]:
            asked: dict[str, Any] = container.get("resources", {})
            if not {"cpu", "memory"} <= asked.get("requests", {}).keys() or "memory" not in asked.get(
                "limits", {}
            ):
                found.append(f"{where}: {container['name']} is not bounded")
        for volume in spec.get("volumes", ()):
            if "emptyDir" in volume and "sizeLimit" not in (volume["emptyDir"] or {}):
                found.append(f"{where}: the volume {volume['name']} has no limit")
    return found


RULES: tuple[Rule, ...] = (
    every_workload_has_a_budget,
    every_workload_is_spread,
    servers_stop_gracefully,
    answers_are_waited_for,
    only_the_stateless_multiply,
    resources_are_bounded,
)
