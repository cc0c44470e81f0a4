"""The benchmarks ask the bare engine for what the service asks it for."""

from __future__ import annotations

from pathlib import Path

from benchmarks.served_profile import served_profile

MANIFESTS = Path(__file__).parents[2] / "manifests"


def test_it_is_the_profile_that_the_environment_names() -> None:
    assert served_profile(MANIFESTS, "demo").prefetch == 100
