"""P5 with a profile that re-ranks: ten times what it can do in full, most of it answered by degrading."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.changed_manifests import manifests_with
from benchmarks.conditions import load_now
from benchmarks.cores import Cores
from benchmarks.data_folder import models_folder
from benchmarks.load import run_load
from benchmarks.passages import Texts
from benchmarks.plan import Concurrency, Outcome, Plan, SearchTarget
from benchmarks.quantiles import quantile
from benchmarks.random_cross_encoder import MODEL, place_random_cross_encoder
from benchmarks.random_cross_encoder import Shape as CrossEncoderShape
from benchmarks.report import Report, Table, Target
from benchmarks.retrieval_service import retrieval_service
from benchmarks.spike import FULL, OURS
from benchmarks.spike_chart import spike_chart
from benchmarks.spike_run import Shape, SpikeRun
from benchmarks.spike_sending import CALM_SHARE, DATA, TENANT, prepared, send_spike
from libs.common.retrieval_profile import LATE_INTERACTION
from libs.embedding.model_store import prepare_model

WANTED_SHARE = 0.6
"""Of what is asked in the spike, what is to be answered in time."""
LEAST_CAPACITY = 2.0
"""Re-ranked searches a second that are assumed where there are fewer."""
PROFILE = """\
k: 4
prefetch: 100
rerank:
  model: {model}
  budget_ms: 75
  depth: 8
  weight: 0.8
"""
_CLOSED = Concurrency(open=1, count=80)
_WARM = Concurrency(open=1, count=40)


@dataclass(frozen=True, slots=True)
class Case:
    """One server under the spike.

    Attributes:
        name: As the report has it.
        desk: What stands in front of its searches.
        model: What re-ranks.
    """

    name: str
    desk: str
    model: str


CROSS_ENCODER, LATE, IN_FULL = "cross-encoder", "late interaction", "cross-encoder, never degrading"
CASES = (
    Case(CROSS_ENCODER, OURS.desk, MODEL),
    Case(LATE, OURS.desk, LATE_INTERACTION),
    Case(IN_FULL, FULL.desk, MODEL),
)


def measure(
    folder: Path,
    cores: Cores,
    shape: Shape,
    data: Path = DATA,
    cases: Sequence[Case] = CASES,
    model: CrossEncoderShape | None = None,
) -> Report:
    """Makes index and model unless they are there, and sends each server ten times what it can do in full.

    Args:
        folder: Where index and models are kept.
        cores: Who runs where.
        shape: How to measure.
        data: Published corpora, where there are any.
        cases: The servers; of those with the same model, the first one's capacity counts.
        model: The cross-encoder's numbers, if not those of MiniLM-L6.
    """
    texts, place = prepared(folder, shape, data)
    models = models_folder(folder)
    place_random_cross_encoder(models / MODEL, prepare_model(models).path, model)
    before = load_now()
    capacities: dict[str, float] = {}
    runs = []
    with TemporaryDirectory() as manifests:
        for case in cases:
            bench = _Bench(place, Path(manifests), cores, shape, texts)
            runs.append(_measure_one(case, bench, capacities.get(case.model)))
            capacities.setdefault(case.model, runs[-1].capacity)
    return _report(shape, texts, runs, (before, load_now()))


@dataclass(frozen=True, slots=True)
class _Bench:
    place: Path
    manifests: Path
    cores: Cores
    shape: Shape
    texts: Texts


def _measure_one(case: Case, bench: _Bench, capacity: float | None) -> SpikeRun:
    profile = f"spike-{case.desk}-{case.model.rpartition('/')[2]}"
    changed = manifests_with(profile, bench.manifests, PROFILE.format(model=case.model))
    module = ("benchmarks.spike_service", case.desk)
    cores, shape = bench.cores, bench.shape
    with retrieval_service(bench.place, cores.measured, module, changed) as service:
        found = service.searches(TENANT, bench.texts.questions)
        patient = SearchTarget(found.address, found.token, found.queries, 5.0, True, True, 4)
        run_load(Plan(patient, _WARM, 1_000_000), cores.load)
        closed = run_load(Plan(patient, _CLOSED, 2_000_000), cores.load)
        target = SearchTarget(found.address, found.token, found.queries, shape.patience, True, True, 32)
        return send_spike(case.name, target, capacity or _in_full(closed), shape, cores)


def _in_full(closed: Outcome) -> float:
    """Searches a second that went without nothing; one that went without re-ranking is no measure of it."""
    return max(sum(not sample.reduced for sample in closed.good) / closed.seconds, LEAST_CAPACITY)


def _report(shape: Shape, texts: Texts, runs: Sequence[SpikeRun], load: tuple[float, float]) -> Report:
    columns = (
        *("", "capacity/s", "offered/s", "answered/s", "share of offered", "re-ranked/s"),
        *("at level 0", "1", "2", "3", "p50 ms", "p99 ms", "rejection p99 ms", "back to normal, s"),
    )
    setting = (
        "Profiles with a page of 4; of the best 8 candidates as many are re-ranked as 75 ms allow. The "
        "cross-encoder has the shape of MiniLM-L6 and random weights, in int8: it costs what a trained one "
        "costs, and finds nothing. Capacity: re-ranked searches a second, one after the other, on one core. "
        f"Open loop: {shape.before:g} s at {CALM_SHARE:g} × that, {shape.during:g} s at {shape.times:g} ×, "
        f"{shape.after:g} s at {CALM_SHARE:g} ×; a client waits {shape.patience:g} s. "
        f"{shape.passages:,} passages ({texts.origin}); every query is new, so that no cache helps."
    )
    ours = [run for run in runs if run.name != IN_FULL]
    timelines = {run.name: run.timeline for run in runs}
    return Report(
        name="p5",
        title="a spike of ten times what can be re-ranked",
        setting=setting,
        tables=(Table("During the spike", columns, [_row(run) for run in runs]),),
        targets=[target for run in ours for target in _targets(run)],
        remarks=_remarks(runs),
        data={
            "shape": asdict(shape),
            "capacity": {run.name: run.capacity for run in runs},
            "timeline": timelines,
        },
        load=load,
        charts={"spike-rerank": spike_chart(timelines, runs[0].capacity, shape.times)},
    )


def _remarks(runs: Sequence[SpikeRun]) -> list[str]:
    not_sent = [f"{run.name}: {run.dropped} not sent" for run in runs if run.dropped]
    idle = [
        f"{run.name}: hardly anything could be re-ranked before the spike; this machine is too busy, or too "
        "slow, for the figures to mean anything"
        for run in runs
        if run.capacity <= LEAST_CAPACITY
    ]
    return [*not_sent, *idle]


def _row(run: SpikeRun) -> tuple[str | float, ...]:
    offered = run.capacity * run.shape.times
    answered = max(1, sum(run.by_level.values()))
    return (
        *(run.name, run.capacity, offered, run.goodput, run.goodput / offered, run.in_full),
        *(run.by_level.get(level, 0) / answered for level in range(4)),
        *(run.total_ms(0.5, rejected=False), run.total_ms(0.99, rejected=False)),
        *(run.total_ms(0.99, rejected=True), run.recovery),
    )


def _targets(run: SpikeRun) -> list[Target]:
    offered = run.capacity * run.shape.times
    calm = quantile(sorted(s.total_ms for s in run.due(0.0, run.shape.before) if not s.error), 0.99)
    name = run.name
    targets = [
        Target(f"{name}: of the offered, not answered", 1 - run.goodput / offered, 1 - WANTED_SHARE, "of 1"),
        Target(f"{name}: p99 of what is admitted", run.total_ms(0.99, rejected=False), 2 * calm + 150, "ms"),
        Target(f"{name}: p99 of a rejection", run.total_ms(0.99, rejected=True), 50.0, "ms"),
        Target(f"{name}: back to normal after", run.recovery, 1.0, "s"),
    ]
    # Where nothing is rejected, its time is not a number.
    return [target for target in targets if not math.isnan(target.found)]
