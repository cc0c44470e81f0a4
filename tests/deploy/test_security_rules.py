"""Every rendered pod may do little and reach few, and each rule that says so fires on a planted violation."""

from __future__ import annotations

import pytest

from tests.deploy import security_rules as rules
from tests.deploy.conftest import ROOT, Plant
from tests.deploy.security_rules import RULES, Rule

# Assembled here so that this file does not hold what the rule looks for.
KEY = "# -----BEGIN " + "PRIVATE KEY-----\n" + "MC4CAQAwBQYDK2VwBCIEIA" + "\n"
ALLOW_ALL = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{}]
  egress: [{}]
"""

PLANTED: tuple[tuple[Rule, str, str, str], ...] = (
    (rules.pods_are_restricted, "k8s/base/edge.yaml", "allowPrivilegeEscalation: false", "privileged: true"),
    (rules.pods_are_restricted, "k8s/base/edge.yaml", "runAsNonRoot: true", "runAsNonRoot: false"),
    (rules.pods_are_restricted, "k8s/base/config.yaml", "runAsUser: 10001", "runAsUser: 0"),
    (rules.pods_are_restricted, "k8s/base/config.yaml", "type: RuntimeDefault", "type: Unconfined"),
    (rules.pods_are_restricted, "k8s/base/insights.yaml", "                - ALL\n", "                - NET_RAW\n"),
    (rules.pods_are_restricted, "k8s/base/generation.yaml", "emptyDir:\n            sizeLimit: 256Mi", "hostPath:\n            path: /"),
    (rules.pods_are_restricted, "k8s/base/retrieval.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    (rules.namespaces_enforce_it, "k8s/base/namespace.yaml", "enforce: restricted", "enforce: baseline"),
    (rules.pods_hold_no_token, "k8s/base/edge.yaml", "automountServiceAccountToken: false\n---", "---"),
    (rules.pods_hold_no_token, "k8s/base/edge.yaml", "      automountServiceAccountToken: false\n", ""),
    (rules.pods_hold_no_token, "k8s/base/config.yaml", "serviceAccountName: config", "serviceAccountName: default"),
    (rules.pods_hold_no_token, "k8s/base/config.yaml", "enableServiceLinks: false", "enableServiceLinks: true"),
    (rules.network_allows_what_is_declared, "k8s/base/network.yaml", "podSelector: {}", "podSelector: {matchLabels: {a: b}}"),
    (rules.network_allows_what_is_declared, "k8s/base/network.yaml", "# Nothing may talk", ALLOW_ALL + "---\n# Nothing may talk"),
    (rules.network_allows_what_is_declared, "k8s/base/network.yaml", "port: 50052", "port: 50051"),
    (rules.network_allows_what_is_declared, "k8s/base/network.yaml", "              - 169.254.0.0/16\n", ""),
    (rules.network_allows_what_is_declared, "k8s/base/network.yaml", "k8s-app: kube-dns", "k8s-app: proxy"),
    (rules.network_allows_what_is_declared, "k8s/base/network.yaml", "          - retrieval\n", "          - insights\n"),
    (rules.images_are_pinned, "k8s/base/kustomization.yaml", "newTag: 0.1.0", "newTag: latest"),
    (rules.images_are_pinned, "images/Dockerfile", "python:3.11-slim-bookworm", "python"),
    (rules.no_secrets_are_written_down, "compose.yaml", "# Causeway", KEY + "# Causeway"),
    (rules.no_secrets_are_written_down, "k8s/base/config.yaml", "\nkind: ServiceAccount\n", "\nkind: Secret\n"),
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


def test_the_declared_flows_are_the_calls_that_the_code_makes() -> None:
    flows = {(flow.source, flow.target) for flow in rules.declared_flows()}

    assert flows == {
        ("anyone", "edge"),
        *(
            ("monitoring", service)
            for service in ("generation", "retrieval", "config", "insights", "sources")
        ),
        ("edge", "generation"),
        ("edge", "retrieval"),
        ("edge", "config"),
        ("edge", "insights"),
        ("edge", "cluster DNS"),
        ("generation", "retrieval"),
        ("generation", "config"),
        ("generation", "insights"),
        ("generation", "internet"),
        ("generation", "cluster DNS"),
        ("retrieval", "config"),
        ("retrieval", "cluster DNS"),
        ("sources", "retrieval"),
        ("sources", "config"),
        ("sources", "internet"),
        ("sources", "cluster DNS"),
    }
