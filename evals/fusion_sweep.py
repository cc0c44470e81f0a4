"""The command that compares ways to fuse both searches: `python -m evals.fusion_sweep`.

It asks only questions that no reported figure is about: SciFact's training claims, and the development
halves of the other sets.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import get_args

from benchmarks.conditions import observe
from benchmarks.data_folder import models_folder
from evals.candidate_lists import Candidates, candidates_for, opened
from evals.chosen_questions import tunable
from evals.corpora import ROOT
from evals.judged_set import SETS
from evals.ranking_figures import RankingFigures, figures_of
from evals.report import table
from evals.set_index import BENCHES, SetIndex
from libs.common.clock import SystemClock, rfc3339
from libs.embedding.embedder_fastembed import open_embedder
from services.retrieval.fusion import Method, fuse

WEIGHTS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
PREFETCH = (30, 60, 100, 200)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to fuse.

    Attributes:
        method: The method.
        dense_weight: Weight of the vector search.
        prefetch: Hits taken from each search.
    """

    method: Method
    dense_weight: float
    prefetch: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A way with its figures on each set."""

    way: Way
    figures: Mapping[str, RankingFigures]

    @property
    def mean(self) -> float:
        """Mean nDCG@10 over the sets, each counting the same."""
        return fmean(each.ndcg10 for each in self.figures.values())


def ranked(candidates: Candidates, way: Way) -> dict[str, list[str]]:
    """Returns each question's documents, each at the place of its best passage."""
    return {
        name: list(
            dict.fromkeys(
                candidates.document[hit.key]
                for hit in fuse(
                    way.method, lists.near[: way.prefetch], lists.words[: way.prefetch], way.dense_weight
                )
            )
        )
        for name, lists in candidates.lists.items()
    }


def ways() -> list[Way]:
    """Every way that is tried."""
    return [
        Way(method, weight, prefetch)
        for method in get_args(Method)
        for prefetch in PREFETCH
        for weight in WEIGHTS
    ]


def report(tried: Sequence[Tried], most: int) -> str:
    """A table of the best ways by their mean, nDCG@10 and recall@5 on each set."""
    best = sorted(tried, key=lambda one: -one.mean)[:most]
    names = list(best[0].figures)
    rows = [
        [
            one.way.method.replace("_", " "), f"{one.way.dense_weight:g}", str(one.way.prefetch),
            f"{one.mean:.4f}", *(f"{f.ndcg10:.3f} / {f.recall5:.3f}" for f in one.figures.values()),
        ]
        for one in best
    ]  # fmt: skip
    return table(("method", "dense weight", "prefetch", "mean nDCG@10", *names), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries every way on every set that is indexed; returns the exit code."""
    asked = _parser().parse_args(arguments)
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "")
    embedder = open_embedder(models_folder(asked.folder))
    figures: dict[Way, dict[str, RankingFigures]] = {way: {} for way in ways()}
    for judged in SETS.values():
        index = None if judged.absence else SetIndex(judged, asked.folder)
        if index is None or not index.is_made:
            print(f"Not tried: {judged.name} is not indexed; run `python -m evals.retrieval` first.")
            continue
        questions = tunable(judged)
        with opened(index) as engine:
            pairs = [(question.name, question.text) for question in questions]
            candidates = asyncio.run(candidates_for(engine, embedder, pairs))
        relevant = {question.name: question.answers for question in questions}
        for way in figures:
            figures[way][judged.name] = figures_of(ranked(candidates, way), relevant)
        sys.stderr.write(f"{judged.name}: {len(questions)} questions\n")
    if not any(figures.values()):
        return 0
    print(f"# Ways to fuse\n\n{conditions.date}, commit {conditions.commit}, {conditions.cores} cores\n")
    print(report([Tried(way, found) for way, found in figures.items()], asked.most))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.fusion_sweep",
        description="Compares fusion methods and weights on questions that are not reported.",
        epilog="example: python -m evals.fusion_sweep --most 100",
    )
    parser.add_argument("--most", type=int, default=20, help="rows of the table, the best first")
    parser.add_argument("--folder", type=Path, default=BENCHES, help="where the indexes are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
