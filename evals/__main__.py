"""The command of the evaluations: `python -m evals [SUITE…]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from benchmarks.child_process import NotStarted
from benchmarks.conditions import observe
from evals.corpora import ROOT
from evals.question_set import QuestionsUnusable
from evals.suites import SUITES, Suite
from libs.common.clock import SystemClock, rfc3339
from libs.common.settings import environment


def main(arguments: Sequence[str] | None = None, suites: Mapping[str, Suite] = SUITES) -> int:
    """Runs the suites that are named, or all; returns the exit code: 1 if one could not be run."""
    asked = _parser(suites).parse_args(arguments)
    unknown = [name for name in asked.suites if name not in suites]
    if unknown:
        sys.stderr.write(f"evals: {unknown[0]!r} is not one of {', '.join(suites)}\n")
        return 2
    full = asked.full or environment().get("FULL", "") not in {"", "0"}
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "")
    print(f"# Evaluations\n\n{conditions.date}, commit {conditions.commit}, {conditions.cores} cores\n")
    failed = False
    for name, suite in suites.items():
        if not asked.suites or name in asked.suites:
            try:
                print(suite.run(full).rstrip() + "\n", flush=True)
            except (NotStarted, QuestionsUnusable) as error:
                failed = True
                sys.stderr.write(f"evals: {name}: {error}\n")
    return int(failed)


def _parser(suites: Mapping[str, Suite]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals",
        description="Measures what answers are like on material with known answers; see evals/README.md.",
        epilog="example: python -m evals squad2 --full",
    )
    parser.add_argument("suites", nargs="*", help=f"{', '.join(suites)}; all of them by default")
    parser.add_argument("--full", action="store_true", help="all questions of large sets (also: FULL=1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
