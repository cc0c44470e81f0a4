"""P5 at the edge: what ten times the capacity does to answers, with our desks and with others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.causeway_stack import TENANT, causeway_stack
from benchmarks.conditions import load_now
from benchmarks.cores import Cores
from benchmarks.corpus import OWN_DOCUMENTATION
from benchmarks.data_folder import data_folder
from benchmarks.edge_spike_report import Found, report
from benchmarks.edge_spike_run import NAMES, QUOTED, EdgeRun, Shape
from benchmarks.load import ROOT, run_load
from benchmarks.paced_model import paced_model
from benchmarks.plan import Concurrency, Plan, Rate, StreamTarget
from benchmarks.report import Report
from benchmarks.spike_run import SpikeRun

QUIET = "quiet"
"""A tenant that asks little while the other one floods; it has no documents, and is told so."""

ANSWERED, ANY_END = '"finish":"stop"', "event: done"
"""What an answer of a language model ends with, and what any ends with, also one that found nothing."""

_VISITORS = 64
_TIMES = 600
_QUIET_SHARE = 0.05
_WARM = Concurrency(open=4, count=36)
_WRITTEN_CLOSED = Concurrency(open=32, count=600)
_QUOTED_CLOSED = Concurrency(open=6, count=90)
_CIRCUMSTANCES = (
    f"{_VISITORS} visitors of one tenant; every question is new, so that no cache helps. Beside them a "
    f"second tenant asks {_QUIET_SHARE:g} × the capacity, at least two questions a second."
)


def measure(folder: Path, cores: Cores, shape: Shape) -> Report:
    """Sends the same spike at each Causeway, one after another.

    Args:
        folder: Where they keep their data.
        cores: Who runs where.
        shape: How to measure.
    """
    before = load_now()
    manifests = two_tenants(ROOT / "manifests", folder / "edge-spike-manifests")
    with paced_model(folder / "logs", cores.load) as upstream:
        upstream.play(shape.script)
        variables = {**upstream.variables, "CAUSEWAY_MANIFESTS": str(manifests)}
        written = _measure_all(tuple(NAMES), folder, cores, shape, _Way(variables, _WRITTEN_CLOSED, ANSWERED))
    quoted = _measure_all(
        QUOTED, folder, cores, shape, _Way({"CAUSEWAY_MANIFESTS": str(manifests)}, _QUOTED_CLOSED, ANY_END)
    )
    return report(shape, Found(written, quoted, _CIRCUMSTANCES), (before, load_now()))


@dataclass(frozen=True, slots=True)
class _Way:
    """How answers are made: the stack's variables, the load that tells its capacity, and how each ends."""

    variables: Mapping[str, str]
    closed: Concurrency
    last: str


def _measure_all(desks: Sequence[str], folder: Path, cores: Cores, shape: Shape, way: _Way) -> list[EdgeRun]:
    runs: list[EdgeRun] = []
    for desk in desks:
        capacity = runs[0].spike.capacity if runs else 0.0
        with _targets(desk, folder, cores, way) as targets:
            runs.append(_measure_one(desk, cores, shape, targets, way.closed, capacity))
    return runs


def two_tenants(manifests: Path, place: Path) -> Path:
    """Copies manifests and adds the quiet tenant to them; returns the folder."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(manifests, place)
    tenants, environment = place / "tenants", place / "environments" / "dev.yaml"
    demo = (tenants / f"{TENANT}.yaml").read_text(encoding="utf-8")
    (tenants / f"{QUIET}.yaml").write_text(demo.replace(f"tenant_id: {TENANT}", f"tenant_id: {QUIET}"))
    named = environment.read_text(encoding="utf-8")
    environment.write_text(named.replace(f"  {TENANT}: {{}}", f"  {TENANT}: {{}}\n  {QUIET}: {{}}"))
    return place


@contextmanager
def _targets(desk: str, folder: Path, cores: Cores, way: _Way) -> Iterator[tuple[StreamTarget, StreamTarget]]:
    """Runs a Causeway for the length of a block; gives the tenant that floods it and the quiet one."""
    data, docs = data_folder(folder, "edge-spike"), OWN_DOCUMENTATION.docs
    program = ("benchmarks.edge_spike_part", desk)
    questions = OWN_DOCUMENTATION.asked(_TIMES)
    with causeway_stack(data, docs, cores.measured, way.variables, program) as stack:
        flood, quiet = (stack.answers(questions, _VISITORS, tenant) for tenant in (TENANT, QUIET))
        yield (
            replace(flood, whole='"degradations":[]', last=way.last),
            replace(quiet, last=ANY_END),
        )


def _measure_one(
    desk: str,
    cores: Cores,
    shape: Shape,
    targets: tuple[StreamTarget, StreamTarget],
    closed: Concurrency,
    capacity: float,
) -> EdgeRun:
    patient, quiet = targets
    run_load(Plan(patient, _WARM), cores.load)
    steady = run_load(Plan(patient, closed, _WARM.count), cores.load)
    reference = capacity or len(steady.good) / steady.seconds
    flood = replace(patient, patience=shape.patience)
    beside = Plan(
        replace(quiet, patience=shape.patience), Rate(max(2.0, reference * _QUIET_SHARE), shape.seconds)
    )
    with ThreadPoolExecutor(1) as aside:
        other = aside.submit(run_load, beside, cores.load)
        plan = Plan(flood, shape.load(reference), _WARM.count + closed.count)
        outcome = run_load(plan, cores.load)
        return EdgeRun(SpikeRun(desk, reference, outcome.samples, outcome.dropped, shape), other.result())
