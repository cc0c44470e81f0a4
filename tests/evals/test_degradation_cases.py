"""Every case is one that the service can be put into, under a profile that there is."""

from __future__ import annotations

from pathlib import Path

from benchmarks.degraded_service import VARIANTS
from evals.degradation_cases import CASES, MANIFESTS, RERANKING, manifests_with


def test_every_variant_of_the_service_is_measured() -> None:
    assert {case.variant for case in CASES} == set(VARIANTS)


def test_every_case_is_compared_with_one_that_goes_without_nothing() -> None:
    by_name = {case.name: case for case in CASES}
    assert len(by_name) == len(CASES)
    for case in CASES:
        whole = by_name[case.compared] if case.compared else case
        assert (whole.variant, whole.profile) == ("level-0", case.profile)


def test_a_copy_of_the_manifests_names_the_profile_and_leaves_the_own_ones_alone(tmp_path: Path) -> None:
    before = (MANIFESTS / "environments/dev.yaml").read_text()
    copy = manifests_with(RERANKING, tmp_path)
    assert f"retrieval_profile: {RERANKING}\n" in (copy / "environments/dev.yaml").read_text()
    assert (copy / f"profiles/{RERANKING}.yaml").exists()
    assert manifests_with(RERANKING, tmp_path) == copy
    assert (MANIFESTS / "environments/dev.yaml").read_text() == before


def test_the_default_profile_needs_no_copy(tmp_path: Path) -> None:
    assert manifests_with("", tmp_path) == MANIFESTS
    assert not list(tmp_path.iterdir())
