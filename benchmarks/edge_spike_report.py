"""What a spike at the edge came to, as a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.edge_spike_run import FULL, NAMES, OURS, EdgeRun, Shape
from benchmarks.quantiles import quantile
from benchmarks.report import Cell, Report, Table, Target
from benchmarks.spike_chart import spike_chart
from benchmarks.spike_run import SpikeRun
from benchmarks.spike_sending import CALM_SHARE

QUEUE_MS = 1000.0
"""The policy's last threshold: what a question may wait."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured.

    Attributes:
        written: Each Causeway with a language model behind it.
        quoted: Some of them without one.
        circumstances: How many visitors asked, and what beside them.
    """

    written: Sequence[EdgeRun]
    quoted: Sequence[EdgeRun]
    circumstances: str


def report(shape: Shape, found: Found, load: tuple[float, float]) -> Report:
    """Returns the report.

    Args:
        shape: How it was measured.
        found: What was measured.
        load: The machine's load before and after.
    """
    by_name = {run.spike.name: run for run in found.written}
    capacity = by_name[OURS].spike.capacity
    timeline = {NAMES[run.spike.name]: run.spike.timeline for run in found.written}
    return Report(
        name="p5-edge",
        title="a spike of ten times the capacity, at the edge",
        setting=_setting(shape, found.circumstances),
        tables=(
            Table("Answers of a language model", _COLUMNS, [_row(run) for run in found.written]),
            Table("Quoted answers, without a language model", _COLUMNS, [_row(run) for run in found.quoted]),
        ),
        targets=_targets_of(by_name[OURS], by_name[FULL].spike),
        remarks=[*_remarks("", found.written), *_remarks("quoted, ", found.quoted)],
        data={"shape": asdict(shape), "capacity": capacity, "timeline": timeline},
        load=load,
        charts={"spike-edge": spike_chart(timeline, capacity, shape.times)},
    )


def _targets_of(ours: EdgeRun, full: SpikeRun) -> tuple[Target, ...]:
    calm = quantile(sorted(s.first_ms for s in ours.spike.due(0.0, full.shape.before) if not s.error), 0.99)
    best = max(full.goodput, ours.spike.goodput) / full.capacity
    return (
        Target("capacity lost", 1 - best, 0.2, "of 1"),
        Target("p99 of what is admitted", ours.first_ms(0.99), 2 * calm + QUEUE_MS, "ms"),
        Target("p99 of a rejection", ours.spike.total_ms(0.99, rejected=True), 50.0, "ms"),
        Target("back to normal after", max(full.recovery, ours.spike.recovery), 1.0, "s"),
        Target("the quiet tenant's questions that were not answered", 1 - ours.quiet_share, 0.05, "of 1"),
    )


_COLUMNS = (
    *("", "capacity/s", "offered/s", "answered/s", "in full/s", "share of capacity", "first token p50, ms"),
    *("p99, ms", "rejection p99, ms", "back to normal, s", "of a quiet tenant, answered"),
)


def _row(found: EdgeRun) -> list[Cell]:
    run = found.spike
    return [
        *(NAMES[run.name], run.capacity, run.capacity * run.shape.times, run.goodput, run.in_full),
        *(run.goodput / run.capacity, found.first_ms(0.5), found.first_ms(0.99)),
        *(run.total_ms(0.99, rejected=True), run.recovery, found.quiet_share),
    ]


def _setting(shape: Shape, circumstances: str) -> str:
    script = shape.script
    return (
        f"Everything of a Causeway on one core. The capacity is that of a closed loop. Open loop: "
        f"{shape.before:g} s at {CALM_SHARE:g} × that, {shape.during:g} s at {shape.times:g} ×, "
        f"{shape.after:g} s at {CALM_SHARE:g} ×; a reader waits {shape.patience:g} s for the first token, "
        f"and leaves. {circumstances} The model runs on the other core: first "
        f"token after {script.first_ms:g} ms, {script.tokens} tokens, {script.pace_ms:g} ms apart."
    )


def _remarks(kind: str, runs: Sequence[EdgeRun]) -> Iterator[str]:
    for run in (found.spike for found in runs):
        said = "; ".join(f"{count} × {error}" for error, count in _errors(run).items())
        if said:
            yield f"{kind}{NAMES[run.name]}, not answered: {said}"
        if run.dropped:
            yield f"{kind}{NAMES[run.name]}: {run.dropped} not sent"


def _errors(run: SpikeRun) -> Mapping[str, int]:
    """What became of the questions of the spike that were not answered: the beginning of each error."""
    counts: dict[str, int] = {}
    for sample in run.spike:
        if sample.error:
            error = sample.error.split(":")[0]
            counts[error] = counts.get(error, 0) + 1
    return counts
