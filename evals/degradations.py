"""The command that measures what each degradation costs: `python -m evals.degradations`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.changed_manifests import manifests_with
from benchmarks.child_process import NotStarted
from benchmarks.conditions import observe
from benchmarks.cores import Cores
from benchmarks.load import GeneratorFailed, run_load
from benchmarks.plan import Concurrency, Outcome, Plan, Rate
from benchmarks.process_cpu import CpuMeter
from benchmarks.retrieval_service import RetrievalService, retrieval_service
from evals.chosen_questions import reported, sample
from evals.corpora import ROOT
from evals.degradation_cases import CASES, DegradationCase
from evals.degradation_report import DegradationFigures, SetQuality, report
from evals.judged_set import SETS, JudgedSet
from evals.ranking_figures import figures_of
from evals.running import say
from evals.set_index import BENCHES, SetIndex
from evals.set_search import Rankings, first_page
from evals.visitor import TENANT
from libs.common.clock import SystemClock, rfc3339
from libs.common.settings import environment

K = 10
"""Passages that are asked for."""
SAMPLE = 300
_WARM = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every case over every set that is indexed; returns the exit code."""
    asked = _parser().parse_args(arguments)
    full = environment().get("FULL", "") not in {"", "0"}
    conditions = observe(ROOT, rfc3339(SystemClock().now()), str(Cores.of_this_machine()))
    named = [judged for name, judged in SETS.items() if not asked.sets or name in asked.sets]
    sets = [each for each in named if not each.absence and SetIndex(each, asked.folder).is_made]
    if not sets:
        print("Not run: no set is indexed; `python -m evals.retrieval` does it.")
        return 0
    cases = {case.name: case for case in CASES}
    figures = {name: DegradationFigures(name, case.compared) for name, case in cases.items()}
    try:
        with TemporaryDirectory() as folder:
            for judged in sets:
                say(f"{judged.name}: {len(cases)} services, each under another degradation")
                rate = Rate(asked.rate, asked.seconds) if judged is sets[0] else None
                size = _Size(None if full else SAMPLE, rate, asked.rounds)
                _measure(judged, SetIndex(judged, asked.folder).folder, size, Path(folder), figures)
    except (NotStarted, GeneratorFailed) as error:
        sys.stderr.write(f"evals: {error}\n")
        return 1
    print(report(list(figures.values()), conditions, sets[0].name))
    return 0


@dataclass(frozen=True, slots=True)
class _Size:
    """How much is measured: questions at most, the rate of timed searches if there are any, and rounds."""

    most: int | None
    rate: Rate | None
    rounds: int


def _measure(
    judged: JudgedSet, place: Path, size: _Size, folder: Path, figures: Mapping[str, DegradationFigures]
) -> None:
    """Adds a set's quality in every case, and their latencies if a rate is given."""
    cores = Cores.of_this_machine()
    questions = sample(reported(judged)[1], lambda question: question.text, size.most)
    texts = {question.name: question.text for question in questions}
    with _running(place, cores.measured, folder) as services:
        found = asyncio.run(_first_pages(services, texts))
        for name, rankings in found.items():
            quality = figures_of(rankings.documents, {q.name: q.answers for q in questions})
            figures[name].quality[judged.name] = SetQuality(quality, dict(rankings.degradations))
        if size.rate is None:
            return
        for turn in range(size.rounds):
            for name, service in services.items():
                cpu, outcome = _turn(service, tuple(texts.values()), size.rate, turn, cores.load)
                figures[name].outcomes.append(outcome)
                figures[name].cpu_ms += cpu


@contextmanager
def _running(place: Path, core: int | None, folder: Path) -> Iterator[Mapping[str, RetrievalService]]:
    """Runs the service of every case over one index."""

    def started(case: DegradationCase) -> AbstractContextManager[RetrievalService]:
        module = ("benchmarks.degraded_service", case.variant)
        return retrieval_service(place, core, module, manifests_with(case.profile, folder))

    with ExitStack() as running:
        yield {case.name: running.enter_context(started(case)) for case in CASES}


async def _first_pages(
    services: Mapping[str, RetrievalService], texts: Mapping[str, str]
) -> dict[str, Rankings]:
    found = await asyncio.gather(*(first_page(service, texts, K) for service in services.values()))
    return dict(zip(services, found, strict=True))


def _turn(
    service: RetrievalService, queries: tuple[str, ...], rate: Rate, turn: int, core: int | None
) -> tuple[float, Outcome]:
    """Searches at a rate, each query a new one; returns the service's CPU in ms, and what came of it."""
    target = replace(service.searches(TENANT, queries), unique=True, reduced=True)
    count = round(rate.per_second * rate.seconds)
    first = turn * (count + _WARM)
    run_load(Plan(target, Concurrency(1, _WARM), first + count), core)
    meter = CpuMeter({"service": [service.pid]})
    outcome = run_load(Plan(target, rate, first), core)
    return meter.read()["service"], outcome


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.degradations",
        description="Measures what each degradation of a search costs in quality, time and CPU.",
        epilog="example: python -m evals.degradations scifact --rounds 5",
    )
    parser.add_argument("sets", nargs="*", help=f"{', '.join(SETS)}; by default all that are indexed")
    parser.add_argument("--rate", type=float, default=20.0, help="searches a second, for the times")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a turn")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each, one after the other")
    parser.add_argument("--folder", type=Path, default=BENCHES, help="where the indexes are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
