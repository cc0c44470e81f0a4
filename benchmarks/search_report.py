"""P3's figures, put side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.plan import Outcome
from benchmarks.quantiles import Quantiles, median
from benchmarks.report import Cell, Report, Table, Target
from benchmarks.sent_requests import accounts

SERVICE, ENGINE = "Search over gRPC", "bare engine in its process"
_PARTS = ("embed", "search", "fuse", "total")


@dataclass(frozen=True, slots=True)
class Findings:
    """What P3 measured.

    Attributes:
        passages: Size of the index.
        setting: How it was measured, in words.
        runs: The rounds, by name.
        cpu_ms: CPU of all rounds, by name.
        memory_mib: What the service holds.
        load: The machine's load before and after.
    """

    passages: int
    setting: str
    runs: Mapping[str, Sequence[Outcome]]
    cpu_ms: Mapping[str, float]
    memory_mib: float
    load: tuple[float, float]

    def totals(self, name: str) -> list[float]:
        """Milliseconds from when each query was due to its answer."""
        return [sample.total_ms for run in self.runs[name] for sample in run.good]


def search_report(findings: Findings) -> Report:
    """Writes the report."""
    found = {name: Quantiles.of(findings.totals(name)) for name in findings.runs}
    service, engine = found[SERVICE], found[ENGINE]
    size = f"at {findings.passages:,} passages"
    ratios = [service.p50 / engine.p50, service.p95 / engine.p95, service.p99 / engine.p99]
    return Report(
        name="p3",
        title=f"Search through the service, embedding included, {size}",
        setting=findings.setting,
        tables=[_latencies(findings, found), _parts(findings.runs)],
        targets=[
            Target(f"p50 {size}", service.p50, 5.0, "ms"),
            Target(f"p95 {size}", service.p95, 15.0, "ms"),
            Target(f"p99 {size}", service.p99, 30.0, "ms"),
            Target("p50 over the bare engine's", ratios[0], 1.5, "×"),
        ],
        remarks=[
            *accounts(findings.runs),
            "Over the bare engine: p50 {:.2f} ×, p95 {:.2f} ×, p99 {:.2f} ×.".format(*ratios),
            f"The service holds {findings.memory_mib:.0f} MiB.",
        ],
        data={
            "passages": findings.passages,
            "latency_ms": {name: asdict(one) for name, one in found.items()},
            "samples_ms": {name: [round(ms, 3) for ms in findings.totals(name)] for name in findings.runs},
        },
        load=findings.load,
    )


def _latencies(findings: Findings, found: Mapping[str, Quantiles]) -> Table:
    rows: list[list[Cell]] = []
    for name, one in found.items():
        rounds = " ".join(f"{median([s.total_ms for s in run.good]):.2f}" for run in findings.runs[name])
        cpu = findings.cpu_ms[name] / max(1, one.count)
        rows.append([name, one.count, one.p50, one.p95, one.p99, one.worst, cpu, rounds])
    columns = ["", "queries", "p50", "p95", "p99", "worst", "CPU of a query", "p50 of each round"]
    return Table("From when a query was due to its answer, ms", columns, rows)


def _parts(runs: Mapping[str, Sequence[Outcome]]) -> Table:
    """The service embeds and searches the words at the same time: its parts add up to more than its total."""
    rows: list[list[Cell]] = []
    for name, outcomes in runs.items():
        samples = [sample for run in outcomes for sample in run.good]
        parts = [median([s.timings.get(part, math.nan) for s in samples]) for part in _PARTS]
        rows.append([name, *parts, median([s.total_ms - s.timings.get("total", math.nan) for s in samples])])
    columns = ["", "embed", "search", "fuse and fetch", "all, as the service says", "gRPC and client"]
    return Table("Medians of the parts, ms", columns, rows)
