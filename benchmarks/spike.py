"""P5: what ten times the capacity does to the search, with our admission and with what one would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.conditions import load_now
from benchmarks.cores import Cores
from benchmarks.load import run_load
from benchmarks.passages import Texts
from benchmarks.plan import Concurrency, Plan, SearchTarget
from benchmarks.quantiles import quantile
from benchmarks.report import Report, Table, Target
from benchmarks.retrieval_service import retrieval_service
from benchmarks.spike_chart import spike_chart
from benchmarks.spike_run import Shape, SpikeRun
from benchmarks.spike_sending import CALM_SHARE, DATA, TENANT, prepared, send_spike

CLIENTS = 8
_CONNECTIONS = 32
_WARM = Concurrency(open=4, count=200)
_CLOSED = Concurrency(open=8, count=800)


@dataclass(frozen=True, slots=True)
class Contender:
    """A server, and who calls it.

    Attributes:
        name: As the report has it.
        desk: What stands before its searches.
        clients: Instances of the published client that call it; 0 for bare gRPC.
    """

    name: str
    desk: str
    clients: int = 0


OURS, FULL = Contender("Causeway", "causeway"), Contender("Causeway, in full", "full")
OURS_CALLED = Contender("Causeway + client", "causeway", CLIENTS)
FULL_CALLED = Contender("in full + client", "full", CLIENTS)
CONTENDERS = (
    *(OURS, OURS_CALLED, FULL, FULL_CALLED),
    *(Contender("a cap of 64", "cap"), Contender("unprotected", "open")),
)


def measure(folder: Path, cores: Cores, shape: Shape, data: Path = DATA) -> Report:
    """Makes the index unless it is there, and sends the same spike at each server.

    Args:
        folder: Where index and model are kept.
        cores: Who runs where.
        shape: How to measure.
        data: Published corpora, where there are any.
    """
    texts, place = prepared(folder, shape, data)
    before = load_now()
    capacity = _capacity(place, cores, texts)
    runs = [_measure_one(contender, place, cores, shape, texts, capacity) for contender in CONTENDERS]
    return _report(shape, texts, runs, (before, load_now()))


def _capacity(place: Path, cores: Cores, texts: Texts) -> float:
    """Searches a second that the service can do in full."""
    with retrieval_service(place, cores.measured, ("benchmarks.spike_service", FULL.desk)) as service:
        target = _patient(service.searches(TENANT, texts.questions))
        run_load(Plan(target, _WARM, 1_000_000), cores.load)
        closed = run_load(Plan(target, _CLOSED, 2_000_000), cores.load)
        return len(closed.good) / closed.seconds


def _patient(found: SearchTarget) -> SearchTarget:
    return SearchTarget(found.address, found.token, found.queries, 5.0, True, True, 4)


def _measure_one(
    contender: Contender, place: Path, cores: Cores, shape: Shape, texts: Texts, capacity: float
) -> SpikeRun:
    with retrieval_service(place, cores.measured, ("benchmarks.spike_service", contender.desk)) as service:
        found = service.searches(TENANT, texts.questions)
        target = SearchTarget(
            *(found.address, found.token, found.queries, shape.patience),
            unique=True,
            reduced=True,
            connections=_CONNECTIONS,
            clients=contender.clients,
        )
        run_load(Plan(_patient(found), _WARM, 1_000_000), cores.load)
        return send_spike(contender.name, target, capacity, shape, cores)


def _report(shape: Shape, texts: Texts, runs: Sequence[SpikeRun], load: tuple[float, float]) -> Report:
    capacity = runs[0].capacity
    by_name = {run.name: run for run in runs}
    timelines = {run.name: run.timeline for run in runs}
    calm = quantile(sorted(s.total_ms for s in runs[0].due(0.0, shape.before) if not s.error), 0.99)
    pairs = (("", FULL, OURS), (", called by the client", FULL_CALLED, OURS_CALLED))
    targets = [
        target
        for words, full, ours in pairs
        for target in _targets(words, by_name[full.name], by_name[ours.name], 2 * calm + 150.0)
    ]
    columns = (
        *("", "offered/s", "sent/s", "answered/s", "in full/s", "share of capacity", "share of offered"),
        *("p50 ms", "p99 ms", "rejection p99 ms", "back to normal, s"),
    )
    rows = [
        (
            *(run.name, capacity * shape.times, run.sent, run.goodput, run.in_full),
            *(run.goodput / capacity, run.goodput / (capacity * shape.times)),
            *(run.total_ms(0.5, rejected=False),),
            *(run.total_ms(0.99, rejected=False), run.total_ms(0.99, rejected=True), run.recovery),
        )
        for run in runs
    ]
    setting = (
        f"Capacity, in full, closed loop with {_CLOSED.open} open: {capacity:.0f} searches/s on one core. "
        "Open loop: "
        f"{shape.before:g} s at {CALM_SHARE:g} × that, {shape.during:g} s at {shape.times:g} ×, "
        f"{shape.after:g} s at {CALM_SHARE:g} ×; a client waits {shape.patience:g} s. "
        f"{shape.passages:,} passages ({texts.origin}); every query is new, so that no cache helps. "
        f"{CLIENTS} instances of the published client, or bare gRPC over {_CONNECTIONS} connections."
    )
    late = ", ".join(f"{run.name} {run.lateness_ms:.0f} ms" for run in runs)
    remarks = [
        *(f"{run.name}: {run.dropped} not sent" for run in runs if run.dropped),
        f"How late the generator itself was, p99: {late}. It runs on one core; times include it.",
    ]
    return Report(
        name="p5",
        title="a spike of ten times the capacity",
        setting=setting,
        tables=(Table("During the spike", columns, rows),),
        targets=targets,
        remarks=remarks,
        data={
            "shape": asdict(shape),
            "capacity": capacity,
            "timeline": timelines,
        },
        load=load,
        charts={"spike": spike_chart(timelines, capacity, shape.times)},
    )


def _targets(words: str, full: SpikeRun, ours: SpikeRun, bound: float) -> tuple[Target, ...]:
    rejection = max(run.total_ms(0.99, rejected=True) for run in (full, ours))
    return (
        Target(f"capacity lost at full quality{words}", 1 - full.goodput / full.capacity, 0.2, "of 1"),
        Target(f"p99 of what is admitted{words}", ours.total_ms(0.99, rejected=False), bound, "ms"),
        Target(f"p99 of a rejection{words}", rejection, 50.0, "ms"),
        Target(f"back to normal after{words}", max(full.recovery, ours.recovery), 1.0, "s"),
    )
