"""Works out who may talk to whom under a set of NetworkPolicies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.deploy.kustomization import Resource

Labels = dict[str, str]

ANYONE = "anyone"
DNS = "cluster DNS"
INTERNET = "internet"
MONITORING = "monitoring"


@dataclass(frozen=True, order=True)
class Flow:
    """A connection that may be opened.

    Attributes:
        source: A workload's name, MONITORING or ANYONE.
        target: A workload's name, DNS, INTERNET or ANYONE.
        port: Where; 0 for all ports.
    """

    source: str
    target: str
    port: int


@dataclass(frozen=True)
class Network:
    """What the policies of some resources come to.

    Attributes:
        flows: What is allowed at both its ends.
        one_sided: What only one of two workloads allows: it does not work, and nobody meant that.
        open_pods: Workloads that no policy isolates in one direction.
    """

    flows: frozenset[Flow]
    one_sided: frozenset[Flow]
    open_pods: frozenset[str]


def read_network(resources: list[Resource]) -> Network:
    """Evaluates every policy against every workload of the same namespace."""
    pods = {
        one["metadata"]["name"]: one["spec"]["template"]["metadata"]["labels"]
        for one in resources
        if "template" in one.get("spec", {})
    }
    policies = [one["spec"] for one in resources if one["kind"] == "NetworkPolicy"]
    sent: set[Flow] = set()
    received: set[Flow] = set()
    open_pods: set[str] = set()
    for name, labels in pods.items():
        for direction, found in (("Egress", sent), ("Ingress", received)):
            mine = [one for one in policies if selects(one["podSelector"], labels)]
            mine = [one for one in mine if direction in one["policyTypes"]]
            if not mine:
                open_pods.add(name)
            for policy in mine:
                for other, port in _allowed(policy.get(direction.lower()) or (), direction, pods):
                    found.add(Flow(name, other, port) if direction == "Egress" else Flow(other, name, port))
    within_sent = {flow for flow in sent if flow.target in pods}
    within_received = {flow for flow in received if flow.source in pods}
    outside = (sent - within_sent) | (received - within_received)
    return Network(
        flows=frozenset((within_sent & within_received) | outside),
        one_sided=frozenset(within_sent ^ within_received),
        open_pods=frozenset(open_pods),
    )


def _allowed(rules: Any, direction: str, pods: dict[str, Labels]) -> Iterator[tuple[str, int]]:
    for rule in rules:
        peers = rule.get("to" if direction == "Egress" else "from")
        others = [ANYONE] if not peers else [name for peer in peers for name in _peer(peer, pods)]
        for port in [one.get("port", 0) for one in rule.get("ports") or [{}]]:
            for other in others:
                yield other, port


def _peer(peer: dict[str, Any], pods: dict[str, Labels]) -> list[str]:
    if "ipBlock" in peer:
        return [INTERNET]
    if "namespaceSelector" in peer:
        namespace = peer["namespaceSelector"].get("matchLabels", {})
        selected = peer.get("podSelector", {}).get("matchLabels", {})
        name = namespace.get("kubernetes.io/metadata.name", "")
        if name == "kube-system" and selected == {"k8s-app": "kube-dns"}:
            return [DNS]
        return [MONITORING if name == "monitoring" else ANYONE]
    return [name for name, labels in pods.items() if selects(peer["podSelector"], labels)]


def selects(selector: dict[str, Any], labels: Labels) -> bool:
    """Whether a label selector matches; an empty one matches everything."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for one in selector.get("matchExpressions") or ():
        present, values = one["key"] in labels, one.get("values", ())
        matches = {
            "In": present and labels.get(one["key"]) in values,
            "NotIn": not present or labels[one["key"]] not in values,
            "Exists": present,
            "DoesNotExist": not present,
        }
        if not matches[one["operator"]]:
            return False
    return True


def metadata_address_is_left_out(resources: list[Resource]) -> bool:
    """Whether every way to the internet leaves out private and link-local addresses, a cloud's metadata among them."""
    blocks = [
        peer["ipBlock"]
        for one in resources
        if one["kind"] == "NetworkPolicy"
        for rule in one["spec"].get("egress") or ()
        for peer in rule.get("to") or ()
        if "ipBlock" in peer
    ]
    private = {
        "0.0.0.0/0": {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"},
        "::/0": {"fc00::/7", "fe80::/10"},
    }
    return all(private.get(one["cidr"], {one["cidr"]}) <= set(one.get("except", ())) for one in blocks)
