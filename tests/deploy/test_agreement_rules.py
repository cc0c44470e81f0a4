"""deploy/ agrees with the code, and each rule that says so fires on a planted disagreement."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy import agreement_rules as rules
from tests.deploy.agreement_rules import RULES, Rule
from tests.deploy.conftest import ROOT, Plant

SETTINGS = "k8s/base/kustomization.yaml"

PLANTED: tuple[tuple[Rule, str, str, str], ...] = (
    (rules.images_are_built, "images/Dockerfile", "FROM runtime AS insights", "FROM runtime AS reports"),
    (rules.images_are_built, SETTINGS, "newTag: 0.1.0", "newTag: 0.0.9"),
    (rules.images_are_built, "k8s/base/retrieval.yaml", "services.retrieval.worker", "services.retrieval.ingester"),
    (rules.images_are_built, "compose.yaml", "image: causeway/config:0.1.0", "image: causeway/config:0.2.0"),
    (rules.variables_exist, SETTINGS, "CAUSEWAY_REGION=", "CAUSEWAY_REGOIN="),
    (rules.variables_exist, SETTINGS, "- CAUSEWAY_CONFIG_PORT", "- CAUSEWAY_WIDGET=x\n      - CAUSEWAY_CONFIG_PORT"),
    (rules.variables_exist, "compose.yaml", "CAUSEWAY_MODEL_BASE_URL:", "CAUSEWAY_MODEL_URL:"),
    (rules.variables_exist, "images/Dockerfile", "CAUSEWAY_BIND=", "CAUSEWAY_LISTEN="),
    (rules.settings_load, SETTINGS, "CAUSEWAY_ENVIRONMENT=production", "CAUSEWAY_ENVIRONMENT=prod"),
    (rules.settings_load, SETTINGS, "CAUSEWAY_GRACE_SECONDS=120", "CAUSEWAY_GRACE_SECONDS=two"),
    (rules.services_listen_for_others, "images/Dockerfile", "CAUSEWAY_BIND=0.0.0.0", "CAUSEWAY_BIND=127.0.0.1"),
    (rules.ports_are_the_defaults, "k8s/base/config.yaml", "containerPort: 50053", "containerPort: 50153"),
    (rules.ports_are_the_defaults, SETTINGS, "CAUSEWAY_EDGE_PORT=8080", "CAUSEWAY_EDGE_PORT=8081"),
    (rules.ports_are_the_defaults, "images/Dockerfile", "EXPOSE 50054", "EXPOSE 50055"),
    (rules.ports_are_the_defaults, "compose.yaml", ":-8080}:8080", ":-8080}:80"),
    (rules.addresses_lead_to_services, SETTINGS, "dns:///retrieval:50051", "dns:///retrieval:50052"),
    (rules.addresses_lead_to_services, SETTINGS, "dns:///config:50053", "config:50053"),
    (rules.addresses_lead_to_services, "k8s/base/generation.yaml", "  clusterIP: None\n", ""),
    (rules.addresses_lead_to_services, "k8s/base/insights.yaml", "port: 50054", "port: 50053"),
    (rules.addresses_lead_to_services, "compose.yaml", "dns:///insights:50054", "dns:///insight:50054"),
    (rules.probes_ask_what_is_served, "k8s/base/insights.yaml", "causeway.insights.v1", "causeway.insight.v1"),
    (rules.probes_ask_what_is_served, "k8s/base/edge.yaml", "path: /readyz", "path: /ready"),
    (rules.probes_ask_what_is_served, "k8s/base/generation.yaml", "port: 50052\n              service", "port: 50051\n              service"),
    (rules.probes_ask_what_is_served, "k8s/base/edge.yaml", "livenessProbe", "readinessProbe"),
    (rules.probes_ask_what_is_served, "compose.yaml", "causeway.retrieval.v1.Retrieval", "causeway.retrieval.v1.Search"),
    (rules.data_lies_on_volumes, "k8s/base/config.yaml", "mountPath: /var/lib/causeway/config", "mountPath: /data"),
    (rules.data_lies_on_volumes, "images/Dockerfile", "CAUSEWAY_DATA=/var/lib/causeway", "CAUSEWAY_DATA=/app/.causeway"),
    (rules.data_lies_on_volumes, "k8s/base/generation.yaml", "mountPath: /etc/causeway/keys", "mountPath: /keys"),
    (rules.data_lies_on_volumes, "compose.yaml", "insights:/var/lib/causeway/insights", "insights:/var/lib/insights"),
    (rules.secrets_are_references, SETTINGS, "- CAUSEWAY_GENERATION_PORT", "- CAUSEWAY_MODEL_API_KEY=k\n      - CAUSEWAY_GENERATION_PORT"),
    (rules.secrets_are_references, "compose.yaml", "${CAUSEWAY_MODEL_API_KEY:-}", "${CAUSEWAY_MODEL_API_KEY:-k}"),
    (rules.secrets_are_references, "k8s/base/namespace.yaml", "kind: Namespace", "kind: Secret"),
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_deploy_agrees_with_the_code(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize(("rule", "file", "old", "new"), PLANTED)
def test_the_rule_fires_on_a_planted_disagreement(
    rule: Rule, file: str, old: str, new: str, plant: Plant
) -> None:
    root: Path = plant(file, old, new)

    assert rule(root) != []


def test_every_rule_has_its_planted_disagreement() -> None:
    assert {rule for rule, *_ in PLANTED} == set(RULES)
