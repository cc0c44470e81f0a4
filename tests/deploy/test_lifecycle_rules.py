"""Pods come, go and share a cluster as they should, and each rule that says so fires on a planted violation."""

from __future__ import annotations

import pytest

from tests.deploy import lifecycle_rules as rules
from tests.deploy.conftest import ROOT, Plant
from tests.deploy.lifecycle_rules import RULES, Rule

PLANTED: tuple[tuple[Rule, str, str, str], ...] = (
    (rules.every_workload_has_a_budget, "k8s/base/edge.yaml", "maxUnavailable: 1\n  unhealthy", "maxUnavailable: 0\n  unhealthy"),
    (rules.every_workload_has_a_budget, "k8s/base/config.yaml", "kind: PodDisruptionBudget", "kind: PodDisruption"),
    (rules.every_workload_is_spread, "k8s/base/edge.yaml", "topologyKey: topology.kubernetes.io/zone", "topologyKey: rack"),
    (rules.servers_stop_gracefully, "k8s/base/edge.yaml", "terminationGracePeriodSeconds: 145", "terminationGracePeriodSeconds: 130"),
    (rules.servers_stop_gracefully, "k8s/base/generation.yaml", "terminationGracePeriodSeconds: 145", "terminationGracePeriodSeconds: 30"),
    (rules.servers_stop_gracefully, "k8s/base/retrieval.yaml", "seconds: 5", "seconds: 1"),
    (rules.servers_stop_gracefully, "k8s/base/kustomization.yaml", "CAUSEWAY_GRACE_SECONDS=120", "CAUSEWAY_GRACE_SECONDS=300"),
    (rules.answers_are_waited_for, "k8s/base/kustomization.yaml", "CAUSEWAY_GRACE_SECONDS=120", "CAUSEWAY_GRACE_SECONDS=30"),
    (rules.only_the_stateless_multiply, "k8s/base/retrieval.yaml", "replicas: 1", "replicas: 2"),
    (rules.only_the_stateless_multiply, "k8s/base/edge.yaml", "  minReadySeconds: 5", "  replicas: 3\n  minReadySeconds: 5"),
    (rules.only_the_stateless_multiply, "k8s/base/edge.yaml", "minReplicas: 2", "minReplicas: 1"),
    (rules.only_the_stateless_multiply, "k8s/base/edge.yaml", "    kind: Deployment\n    name: edge", "    kind: Deployment\n    name: generation"),
    (rules.resources_are_bounded, "k8s/base/insights.yaml", "            limits:\n              memory: 256Mi\n", ""),
    (rules.resources_are_bounded, "k8s/base/insights.yaml", "emptyDir:\n            sizeLimit: 64Mi", "emptyDir: {}"),
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_manifests_keep_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize(("rule", "file", "old", "new"), PLANTED)
def test_the_rule_fires_on_a_planted_violation(
    rule: Rule, file: str, old: str, new: str, plant: Plant
) -> None:
    assert rule(plant(file, old, new)) != []


def test_every_rule_has_its_planted_violation() -> None:
    assert {rule for rule, *_ in PLANTED} == set(RULES)
