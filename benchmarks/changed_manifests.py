"""Manifests that differ from the project's own by what a measurement wants."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from benchmarks.load import ROOT

MANIFESTS = ROOT / "manifests"
_ENVIRONMENT = "environments/dev.yaml"
_PROFILES = "profiles"


def manifests_with(profile: str, folder: Path, text: str = "") -> Path:
    """Returns a folder of manifests whose environment names another profile; the project's own for none.

    Args:
        profile: The profile's id.
        folder: Where the copy goes, once for each profile.
        text: The profile as YAML, where the project has none of that id.
    """
    if not profile:
        return MANIFESTS
    copy = folder / profile
    if not copy.exists():
        shutil.copytree(MANIFESTS, copy)
        environment = copy / _ENVIRONMENT
        named = re.sub(
            r"(?m)^retrieval_profile: .*$",
            f"retrieval_profile: {profile}",
            environment.read_text(encoding="utf-8"),
        )
        environment.write_text(named, encoding="utf-8")
        if text:
            (copy / _PROFILES / f"{profile}.yaml").write_text(text, encoding="utf-8")
    return copy
