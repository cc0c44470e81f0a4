"""Chooses the sets that an evaluation of retrieval takes, by how long they would take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.judged_set import JudgedSet
from evals.set_index import SetIndex

BYTES_A_SECOND = 12_000
"""What one core embeds, in bytes of corpus.jsonl: some 16 passages of 200 tokens."""
ASKING_SECONDS = 30
"""What starting the services and asking takes for each set, about."""
PATIENCE_SECONDS = 600
"""A run that nobody asked to be complete ends within so much, about."""


@dataclass(frozen=True, slots=True)
class RetrievalPlan:
    """What is to be done.

    Attributes:
        judged: The sets that are evaluated.
        left_out: Why others are not, one sentence each without its stop.
        seconds: How long it will take, about.
    """

    judged: tuple[JudgedSet, ...]
    left_out: tuple[str, ...]
    seconds: float

    @property
    def duration(self) -> str:
        """How long it will take, in words."""
        return _words(self.seconds)


def choose(wanted: Sequence[JudgedSet], folder: Path, cores: int, *, everything: bool) -> RetrievalPlan:
    """Returns the sets that are here, as far as there is time to index them.

    A set is taken whole or not at all: with fewer documents its questions would be easier.

    Args:
        wanted: The sets, in the order in which they are taken.
        folder: Where indexes are kept.
        cores: Processors that embed.
        everything: Takes all of them, however long that takes.
    """
    chosen: list[JudgedSet] = []
    left_out: list[str] = []
    seconds = 0.0
    for judged in wanted:
        if judged.absence:
            left_out.append(judged.absence)
            continue
        needed = ASKING_SECONDS + _indexing_seconds(judged, folder, cores)
        if everything or seconds + needed <= PATIENCE_SECONDS:
            chosen.append(judged)
            seconds += needed
        else:
            left_out.append(f"{judged.name}: indexing takes {_words(needed)} the first time; FULL=1 does it")
    return RetrievalPlan(tuple(chosen), tuple(left_out), seconds)


def _indexing_seconds(judged: JudgedSet, folder: Path, cores: int) -> float:
    if SetIndex(judged, folder).is_made:
        return 0.0
    return (judged.folder / "corpus.jsonl").stat().st_size / (BYTES_A_SECOND * cores)


def _words(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return "about a minute" if minutes <= 1 else f"about {minutes} minutes"
