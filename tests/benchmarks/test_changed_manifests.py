"""Manifests are changed in a copy."""

from __future__ import annotations

from pathlib import Path

from benchmarks.changed_manifests import MANIFESTS, manifests_with
from benchmarks.served_profile import served_profile

RERANKING = "thorough-1"


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


def test_a_profile_that_the_project_lacks_is_written(tmp_path: Path) -> None:
    copy = manifests_with("own-1", tmp_path, "k: 3\n")
    assert served_profile(copy, "demo").k == 3
