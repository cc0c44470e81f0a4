"""The degradations that are measured, each with the profile under which it matters."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.corpora import ROOT

MANIFESTS = ROOT / "manifests"
RERANKING = "thorough-1"
"""A profile that re-ranks: under the default one, the first level costs nothing."""
_ENVIRONMENT = "environments/dev.yaml"


@dataclass(frozen=True, slots=True)
class DegradationCase:
    """One degradation.

    Attributes:
        name: What the search goes without, as the table has it.
        variant: What `benchmarks.degraded_service` is told.
        profile: The tenant's profile; empty for the default one.
        compared: Name of the case that it is compared with.
    """

    name: str
    variant: str
    profile: str = ""
    compared: str = ""


_WHOLE, _RERANKED = "level 0: nothing", f"`{RERANKING}`, level 0: nothing"
CASES: Sequence[DegradationCase] = (
    DegradationCase(_WHOLE, "level-0"),
    DegradationCase("level 1: re-ranking, if any", "level-1", compared=_WHOLE),
    DegradationCase("level 2: half of all", "level-2", compared=_WHOLE),
    DegradationCase("level 3: half of all, new vectors", "level-3", compared=_WHOLE),
    DegradationCase("vectors lost", "no-vectors", compared=_WHOLE),
    DegradationCase("keywords lost", "no-words", compared=_WHOLE),
    DegradationCase(_RERANKED, "level-0", RERANKING),
    DegradationCase(f"`{RERANKING}`, level 1: re-ranking", "level-1", RERANKING, _RERANKED),
)


def manifests_with(profile: str, folder: Path) -> Path:
    """Returns a folder of manifests whose environment names another profile; the project's own for none.

    Args:
        profile: The profile's id.
        folder: Where the copy goes, once for each profile.
    """
    if not profile:
        return MANIFESTS
    copy = folder / profile
    if not copy.exists():
        shutil.copytree(MANIFESTS, copy)
        environment = copy / _ENVIRONMENT
        text = environment.read_text(encoding="utf-8")
        named = re.sub(r"(?m)^retrieval_profile: .*$", f"retrieval_profile: {profile}", text)
        environment.write_text(named, encoding="utf-8")
    return copy
