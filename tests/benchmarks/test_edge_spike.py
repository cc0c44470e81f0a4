from __future__ import annotations

from pathlib import Path

from benchmarks.causeway_stack import TENANT
from benchmarks.edge_spike import QUIET, two_tenants
from benchmarks.load import ROOT
from services.config.environment import choice_for
from services.config.repository import load_repository


def test_the_quiet_tenant_is_served_like_the_other(tmp_path: Path) -> None:
    made = load_repository(two_tenants(ROOT / "manifests", tmp_path / "manifests"), "dev")
    assert set(made.tenants) == {TENANT, QUIET}
    choices = [choice_for(made.environments["dev"], tenant) for tenant in (TENANT, QUIET)]
    assert choices[0] == choices[1]


def test_the_manifests_are_made_anew_each_time(tmp_path: Path) -> None:
    place = two_tenants(ROOT / "manifests", tmp_path / "manifests")
    (place / "tenants" / "old.yaml").write_text("tenant_id: old")
    two_tenants(ROOT / "manifests", place)
    assert not (place / "tenants" / "old.yaml").exists()
