"""Policies come to the flows that a cluster would allow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deploy.kustomization import Resource
from tests.deploy.network import (
    ANYONE,
    DNS,
    INTERNET,
    Flow,
    metadata_address_is_left_out,
    read_network,
    selects,
)


def _pod(name: str) -> Resource:
    labels = {"app": name}
    return {
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"template": {"metadata": {"labels": labels}, "spec": {}}},
    }


def _policy(selected: dict[str, Any], **directions: Any) -> Resource:
    types = [name.capitalize() for name in directions]
    return {"kind": "NetworkPolicy", "spec": {"podSelector": selected, "policyTypes": types, **directions}}


def _app(name: str) -> dict[str, Any]:
    return {"matchLabels": {"app": name}}


DENY = _policy({}, ingress=[], egress=[])
TO_B = _policy(_app("a"), egress=[{"to": [{"podSelector": _app("b")}], "ports": [{"port": 80}]}])
FROM_A = _policy(_app("b"), ingress=[{"from": [{"podSelector": _app("a")}], "ports": [{"port": 80}]}])


def test_what_both_ends_allow_is_a_flow() -> None:
    network = read_network([_pod("a"), _pod("b"), DENY, TO_B, FROM_A])

    assert network.flows == {Flow("a", "b", 80)}
    assert not network.one_sided
    assert not network.open_pods


def test_what_one_end_alone_allows_is_none() -> None:
    network = read_network([_pod("a"), _pod("b"), DENY, TO_B])

    assert network.flows == frozenset()
    assert network.one_sided == {Flow("a", "b", 80)}


def test_a_pod_that_no_policy_selects_is_open() -> None:
    assert read_network([_pod("a"), _pod("b"), TO_B, FROM_A]).open_pods == {"a", "b"}
    assert read_network([_pod("a"), DENY]).open_pods == frozenset()


def test_a_rule_without_a_peer_means_anyone() -> None:
    policy = _policy(_app("a"), ingress=[{"ports": [{"port": 1}]}], egress=[{}])

    assert read_network([_pod("a"), policy]).flows == {Flow(ANYONE, "a", 1), Flow("a", ANYONE, 0)}


def test_outside_is_told_apart() -> None:
    dns = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    peers = [dns, {"namespaceSelector": {}}, {"ipBlock": {"cidr": "0.0.0.0/0"}}]
    policy = _policy(_app("a"), egress=[{"to": [peer], "ports": [{"port": 5}]} for peer in peers])

    assert read_network([_pod("a"), DENY, policy]).flows == {
        Flow("a", DNS, 5),
        Flow("a", ANYONE, 5),
        Flow("a", INTERNET, 5),
    }


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ({}, True),
        ({"matchLabels": {"app": "a"}}, True),
        ({"matchLabels": {"app": "b"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "b"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, True),
    ],
)
def test_a_selector_matches_labels(selector: dict[str, Any], matches: bool) -> None:
    assert selects(selector, {"app": "a"}) is matches


def test_the_internet_does_not_include_private_addresses() -> None:
    def open_to(cidr: str, *left_out: str) -> list[Resource]:
        block = {"cidr": cidr, "except": list(left_out)}
        return [_policy({}, egress=[{"to": [{"ipBlock": block}]}])]

    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
    assert metadata_address_is_left_out(open_to("0.0.0.0/0", *private))
    assert not metadata_address_is_left_out(open_to("0.0.0.0/0", *private[:3]))
    assert not metadata_address_is_left_out(open_to("10.0.0.0/8"))
