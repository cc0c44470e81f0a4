"""The compose file is as strict as the cluster, and each rule that says so fires on a planted violation."""

from __future__ import annotations

import pytest

from tests.deploy import compose_rules as rules
from tests.deploy.compose_rules import RULES, Rule
from tests.deploy.conftest import ROOT, Plant

PLANTED: tuple[tuple[Rule, str, str], ...] = (
    (rules.containers_are_confined, 'user: "10001:10001"', 'user: "0:0"'),
    (rules.containers_are_confined, "image: causeway/config", "cap_drop: []\n    image: causeway/config"),
    (rules.containers_are_confined, "image: causeway/config", "privileged: true\n    image: causeway/config"),
    (rules.only_the_edge_is_published, '"127.0.0.1:$', '"$'),
    (rules.only_the_edge_is_published, "networks: [core]", 'networks: [core]\n    ports: ["127.0.0.1:50053:50053"]'),
    (rules.few_reach_out, "core: {internal: true}", "core: {}"),
    (rules.few_reach_out, "networks: [core]", "networks: [core, outward]"),
    (rules.services_start_in_order, "      insights: {condition: service_healthy}\n", ""),
    (rules.services_start_in_order, "condition: service_healthy", "condition: service_started"),
    (rules.services_start_in_order, "keys: {condition: service_completed_successfully}", "keys: {condition: service_started}"),
    (rules.answers_may_end, "stop_grace_period: 145s", "stop_grace_period: 60s"),
    (rules.keys_are_written_by_their_job_alone, "keys:/etc/causeway/keys:ro", "keys:/etc/causeway/keys"),
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_compose_file_keeps_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize(("rule", "old", "new"), PLANTED)
def test_the_rule_fires_on_a_planted_violation(rule: Rule, old: str, new: str, plant: Plant) -> None:
    assert rule(plant("compose.yaml", old, new)) != []


def test_every_rule_has_its_planted_violation() -> None:
    assert {rule for rule, *_ in PLANTED} == set(RULES)
