"""Whether the retrieval service finds what answers; `python -m evals.retrieval` takes sets by name."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.child_process import NotStarted
from benchmarks.conditions import observe
from benchmarks.ingest_documents import index_of
from evals.asking_bar import asking_bar
from evals.chosen_questions import reported, sample
from evals.corpora import ROOT
from evals.judged_set import SETS, JudgedSet
from evals.off_topic import out_of_scope, separate
from evals.ranking_figures import figures_of
from evals.retrieval_plan import choose
from evals.retrieval_report import SetFigures, machine_line, tables
from evals.running import say
from evals.set_arguments import add_set_arguments
from evals.set_index import BENCHES, SetIndex, progress_bar
from evals.set_search import rank_documents
from evals.visitor import TENANT
from libs.common.clock import SystemClock, rfc3339
from libs.common.settings import environment

DEPTH = 100
SAMPLE = 300
"""Questions of each set and kind that are asked unless all are wanted."""


def run(full: bool) -> str:
    """Evaluates the sets that are indexed or quickly indexed, by a sample; or all sets by all questions."""
    return report(list(SETS.values()), everything=full, most=None if full else SAMPLE)


def report(wanted: Sequence[JudgedSet], folder: Path = BENCHES, *, everything: bool, most: int | None) -> str:
    """Evaluates some sets.

    Args:
        wanted: Which.
        folder: Where their indexes are kept.
        everything: Take them even if indexing them takes long.
        most: Questions of each set and kind at most; None for all.

    Raises:
        NotStarted: A service did not come up, or a set could not be indexed.
    """
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "")
    plan = choose(wanted, folder, conditions.cores, everything=everything)
    if plan.judged:
        say(f"retrieval: {', '.join(each.name for each in plan.judged)}; this takes {plan.duration}")
    found = [_evaluated(judged, folder, most) for judged in plan.judged]
    parts = ["## Retrieval"]
    if found:
        parts += [machine_line(conditions), tables(found)]
    return "\n\n".join([*parts, *(f"Not run: {reason}." for reason in plan.left_out)])


def _evaluated(judged: JudgedSet, folder: Path, most: int | None) -> SetFigures:
    index = SetIndex(judged, folder)
    if not index.is_made:
        say(f"{judged.name}: indexing its documents, the first time only")
        index.make(progress_bar())
    name, every = reported(judged)
    questions = sample(every, lambda question: question.text, most)
    others = sample(out_of_scope(), str, most)
    texts = {question.name: question.text for question in questions}
    total = len(texts) * (1 + bool(others)) + len(others)
    with index.served() as service, asking_bar(f"{judged.name}: searching", total) as step:
        passages = asyncio.run(index_of(service, TENANT)).passages
        rankings = asyncio.run(rank_documents(service, texts, DEPTH, step))
        apart = asyncio.run(separate(service, list(texts.values()), others, step)) if others else None
    return SetFigures(
        name=judged.name,
        asked=name,
        passages=passages,
        ranking=figures_of(rankings.documents, {q.name: q.answers for q in questions}),
        off_topic=apart,
        profile=rankings.profile,
        degradations=rankings.degradations,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluates the sets that are named, however long that takes; returns the exit code."""
    asked = _parser().parse_args(arguments)
    full = asked.full or environment().get("FULL", "") not in {"", "0"}
    wanted = [judged for name, judged in SETS.items() if not asked.sets or name in asked.sets]
    try:
        everything = full or bool(asked.sets)
        print(report(wanted, asked.folder, everything=everything, most=None if full else SAMPLE))
    except NotStarted as error:
        sys.stderr.write(f"evals: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.retrieval",
        description="Asks the retrieval service for documents whose relevance is known; see evals/README.md.",
        epilog="example: python -m evals.retrieval scifact --full",
    )
    add_set_arguments(parser, "by default what is quick")
    parser.add_argument("--full", action="store_true", help="every set and every question (also: FULL=1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
