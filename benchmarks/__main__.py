"""The command of the benchmarks: `python -m benchmarks [p1] [p2] [p3] [p5] [p5-edge]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import (
    answer_cpu,
    edge_spike,
    edge_spike_run,
    first_token,
    rerank_spike,
    search_latency,
    spike,
    spike_run,
)
from benchmarks.answer_path import QuestionsRefused, Wanted, answer_path
from benchmarks.child_process import NotStarted
from benchmarks.conditions import observe
from benchmarks.cores import Cores
from benchmarks.load import ROOT, GeneratorFailed
from benchmarks.report import RESULTS, Report, write_charts, write_results
from libs.common.clock import SystemClock, rfc3339
from libs.common.settings import environment

FOLDER = ROOT / ".causeway-bench"
FIGURES = ROOT / "docs" / "images"
NAMES = ("p1", "p2", "p3", "p5", "p5-edge")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmarks that are named, or all; returns the exit code."""
    asked = _parser().parse_args(arguments)
    names = [name for name in NAMES if name in asked.benchmarks] if asked.benchmarks else list(NAMES)
    cores = Cores.of_this_machine()
    conditions = observe(ROOT, rfc3339(SystemClock().now()), str(cores))
    try:
        reports = [*_answers(names, cores, asked), *_searches(names, cores, asked)]
    except (NotStarted, GeneratorFailed, QuestionsRefused) as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    path = write_results(
        asked.results, asked.name or "-".join(asked.benchmarks) or "all", conditions, reports
    )
    for picture in write_charts(asked.figures, reports):
        _say(f"Drawn: {picture}")
    print(path.read_text(encoding="utf-8"))
    print(f"Written to {path} and {path.with_suffix('.json').name}.")
    return 0


def _answers(names: Sequence[str], cores: Cores, asked: argparse.Namespace) -> list[Report]:
    if not {"p1", "p2"} & set(names):
        return []
    _say("Starting the upstream, Causeway and the LiteLLM proxy (the first time installs the proxy)")
    wanted = Wanted(peer=not asked.no_peer, against=_variables(asked.against))
    with answer_path(asked.folder, cores, wanted) as path:
        reports = []
        if "p1" in names:
            _say("P1: first token")
            reports.append(first_token.measure(path, first_token.Shape()))
        if "p2" in names:
            _say("P2: CPU of an answer")
            reports.append(answer_cpu.measure(path, answer_cpu.Shape()))
        return reports


def _searches(names: Sequence[str], cores: Cores, asked: argparse.Namespace) -> list[Report]:
    reports = []
    if "p3" in names:
        reports.append(_latency(cores, asked))
    if "p5" in names:
        _say("P5: a spike of ten times the capacity")
        reports.append(spike.measure(asked.folder, cores, spike_run.Shape()))
        _say("P5: a spike of ten times what can be re-ranked")
        reports.append(rerank_spike.measure(asked.folder, cores, spike_run.Shape()))
    if "p5-edge" in names:
        _say("P5: the same at the edge")
        reports.append(edge_spike.measure(asked.folder, cores, edge_spike_run.Shape()))
    return reports


def _latency(cores: Cores, asked: argparse.Namespace) -> Report:
    full = asked.full or environment().get("FULL", "") not in {"", "0"}
    passages = search_latency.FULL_PASSAGES if full else asked.passages
    _say(f"P3: search at {passages:,} passages (the first time makes the index)")
    return search_latency.measure(asked.folder, cores, search_latency.Shape(passages=passages))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures Causeway beside what a user would take instead; see benchmarks/README.md.",
        epilog="example: python -m benchmarks p3 --full",
    )
    # `choices` would refuse the empty list that stands for all.
    parser.add_argument("benchmarks", nargs="*", type=_benchmark, help=f"{', '.join(NAMES)}; all by default")
    parser.add_argument("--full", action="store_true", help="P3 at 100,000 passages (also: FULL=1)")
    parser.add_argument(
        "--passages", type=int, default=search_latency.Shape().passages, help="size of P3's index"
    )
    parser.add_argument("--no-peer", action="store_true", help="leave the LiteLLM proxy out")
    parser.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="P2 also of a second Causeway with this variable, in the same rounds; may be repeated",
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the parts keep their data")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the results are written")
    parser.add_argument("--figures", type=Path, default=FIGURES, help="where pictures are drawn")
    parser.add_argument("--name", default="", help="name of the results, after the date")
    return parser


def _benchmark(word: str) -> str:
    if word not in NAMES:
        raise argparse.ArgumentTypeError(f"{word!r} is not one of {', '.join(NAMES)}")
    return word


def _variables(pairs: Sequence[str]) -> dict[str, str] | None:
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)} or None


def _say(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
