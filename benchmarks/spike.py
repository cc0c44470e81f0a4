"""P5: what ten times the capacity does to the search, with our admission and with what one would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.conditions import load_now
from benchmarks.cores import Cores
from benchmarks.data_folder import data_folder, models_folder
from benchmarks.load import ROOT, run_load
from benchmarks.passages import Texts, load_texts
from benchmarks.plan import Concurrency, Outcome, Plan, Sample, SearchTarget, Spike
from benchmarks.quantiles import quantile
from benchmarks.report import Report, Table, Target
from benchmarks.retrieval_service import retrieval_service
from benchmarks.search_index import Bulk, prepare_index
from benchmarks.spike_chart import spike_chart
from libs.embedding.embedder_fastembed import open_embedder

TENANT = "demo"
DATA = ROOT.parent / "shared" / "data"
OURS, FULL, CAP, OPEN = "causeway", "full", "cap", "open"
NAMES = {
    OURS: "Causeway",
    FULL: "Causeway, in full",
    CAP: "a cap of 64",
    OPEN: "unprotected",
}
_CLOSED = Concurrency(open=16, count=800)
_CALM_SHARE = 0.3
_RECOVERED_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Shape:
    """How P5 is measured.

    Attributes:
        passages: Size of the index.
        embedded: Passages whose vectors are computed.
        times: The spike, in units of the capacity.
        before: Seconds of calm, at three tenths of the capacity.
        during: Seconds of the spike.
        after: Seconds of calm afterwards.
        patience: What a client waits, in seconds; an answer that comes later is of no use.
    """

    passages: int = 20_000
    embedded: int = 1_000
    times: float = 10.0
    before: float = 4.0
    during: float = 8.0
    after: float = 6.0
    patience: float = 0.5


@dataclass(frozen=True, slots=True)
class SpikeRun:
    """What became of one server.

    Attributes:
        name: Which one.
        capacity: Searches a second that it can do in a closed loop.
        samples: Every request of the spike run.
        dropped: Requests that the generator did not send.
        shape: How it was measured.
    """

    name: str
    capacity: float
    samples: tuple[Sample, ...]
    dropped: int
    shape: Shape

    def due(self, first: float, last: float) -> list[Sample]:
        """Requests that were due from a second on until before another."""
        return [sample for sample in self.samples if first <= sample.due_s < last]

    @property
    def spike(self) -> list[Sample]:
        """Requests that were due during the spike."""
        return self.due(self.shape.before, self.shape.before + self.shape.during)

    @property
    def goodput(self) -> float:
        """Useful answers a second during the spike."""
        return sum(not sample.error for sample in self.spike) / self.shape.during

    @property
    def in_full(self) -> float:
        """Useful answers a second during the spike that went without nothing."""
        return sum(not (sample.error or sample.reduced) for sample in self.spike) / self.shape.during

    @property
    def recovery(self) -> float:
        """Seconds after the spike from which on nine of ten requests of each half second are answered."""
        end = self.shape.before + self.shape.during
        halves = round(self.shape.after * 2)
        bad = [
            half for half in range(halves) if not _answered(self.due(end + half / 2, end + half / 2 + 0.5))
        ]
        return (max(bad) + 1) / 2 if bad else 0.0

    def total_ms(self, share: float, *, rejected: bool) -> float:
        """A quantile of the time of answers, or of rejections, during the spike."""
        shed = [s.total_ms for s in self.spike if s.error.startswith("RESOURCE_EXHAUSTED")]
        return quantile(sorted(shed if rejected else (s.total_ms for s in self.spike if not s.error)), share)


def _answered(samples: Sequence[Sample]) -> bool:
    good = sum(not sample.error for sample in samples)
    return bool(samples) and good / len(samples) >= _RECOVERED_SHARE


def measure(folder: Path, cores: Cores, shape: Shape, data: Path = DATA) -> Report:
    """Makes the index unless it is there, and sends the same spike at each server.

    Args:
        folder: Where index and model are kept.
        cores: Who runs where.
        shape: How to measure.
        data: Published corpora, where there are any.
    """
    texts = load_texts(data)
    place, models = data_folder(folder, f"search-{shape.passages}-{texts.digest}"), models_folder(folder)
    bulk = Bulk(TENANT, shape.passages, shape.embedded)
    prepare_index(place / "retrieval" / "index", bulk, texts, open_embedder(models))
    before = load_now()
    capacity = 0.0
    runs = []
    for desk in NAMES:
        run = _measure_one(desk, place, cores, shape, texts, capacity)
        capacity = capacity or run.capacity
        runs.append(run)
    return _report(shape, texts, runs, (before, load_now()))


def _measure_one(
    desk: str, place: Path, cores: Cores, shape: Shape, texts: Texts, capacity: float
) -> SpikeRun:
    with retrieval_service(place, cores.measured, ("benchmarks.spike_service", desk)) as service:
        found = service.searches(TENANT, texts.questions)
        target = SearchTarget(found.address, found.token, found.queries, shape.patience, True, True, 32)
        patient = SearchTarget(found.address, found.token, found.queries, 5.0, True, True, 4)
        run_load(Plan(patient, Concurrency(4, 200), 1_000_000), cores.load)
        closed = run_load(Plan(patient, _CLOSED, 2_000_000), cores.load)
        own = len(closed.good) / closed.seconds
        reference = capacity or own
        spike = Spike(
            calm=reference * _CALM_SHARE,
            spike=reference * shape.times,
            before=shape.before,
            during=shape.during,
            after=shape.after,
        )
        outcome: Outcome = run_load(Plan(target, spike), cores.load)
        return SpikeRun(desk, reference, outcome.samples, outcome.dropped, shape)


def _report(shape: Shape, texts: Texts, runs: Sequence[SpikeRun], load: tuple[float, float]) -> Report:
    capacity = runs[0].capacity
    by_name = {run.name: run for run in runs}
    full, ours = by_name[FULL], by_name[OURS]
    calm = quantile(sorted(s.total_ms for s in ours.due(0.0, shape.before) if not s.error), 0.99)
    bound = 2 * calm + 150.0
    targets = (
        Target("capacity lost at full quality", 1 - full.goodput / capacity, 0.2, "of 1"),
        Target("p99 of what is admitted", full.total_ms(0.99, rejected=False), bound, "ms"),
        Target("p99 of a rejection", full.total_ms(0.99, rejected=True), 50.0, "ms"),
        Target("back to normal after", max(full.recovery, ours.recovery), 1.0, "s"),
    )
    columns = (
        *("", "offered/s", "answered/s", "in full/s", "share of capacity", "share of offered"),
        *("p50 ms", "p99 ms", "rejection p99 ms", "back to normal, s"),
    )
    rows = [
        (
            *(NAMES[run.name], capacity * shape.times, run.goodput, run.in_full, run.goodput / capacity),
            *(run.goodput / (capacity * shape.times), run.total_ms(0.5, rejected=False)),
            *(run.total_ms(0.99, rejected=False), run.total_ms(0.99, rejected=True), run.recovery),
        )
        for run in runs
    ]
    setting = (
        f"Capacity, closed loop with {_CLOSED.open} open: {capacity:.0f} searches/s on one core. Open loop: "
        f"{shape.before:g} s at {_CALM_SHARE:g} × that, {shape.during:g} s at {shape.times:g} ×, "
        f"{shape.after:g} s at {_CALM_SHARE:g} ×; a client waits {shape.patience:g} s. "
        f"{shape.passages:,} passages ({texts.origin}); every query is new, so that no cache helps."
    )
    remarks = [f"{NAMES[run.name]}: {run.dropped} not sent" for run in runs if run.dropped]
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
            "timeline": {NAMES[r.name]: _timeline(r) for r in runs},
        },
        load=load,
        charts={"spike": spike_chart({NAMES[r.name]: _timeline(r) for r in runs}, capacity, shape.times)},
    )


def _timeline(run: SpikeRun) -> list[tuple[float, float]]:
    """Useful answers a second in each half second, by when they were due."""
    halves = round((run.shape.before + run.shape.during + run.shape.after) * 2)
    return [
        (half / 2, 2.0 * sum(not s.error for s in run.due(half / 2, half / 2 + 0.5)))
        for half in range(halves)
    ]
