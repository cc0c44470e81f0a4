"""P1: what the whole path adds to the model's own first token."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.answer_path import CAUSEWAY, PEER, UPSTREAM, AnswerPath
from benchmarks.conditions import load_now
from benchmarks.plan import Outcome, Rate, Sample
from benchmarks.quantiles import Quantiles, median
from benchmarks.report import Cell, Report, Table, Target
from benchmarks.script import Script
from benchmarks.sent_requests import accounts


@dataclass(frozen=True, slots=True)
class Shape:
    """How P1 is measured.

    Attributes:
        rate: Answers a second.
        seconds: Length of each run.
        repetitions: Rounds in which every target has its turn.
        script: What the upstream does.
    """

    rate: float = 5.0
    seconds: float = 12.0
    repetitions: int = 3
    script: Script = Script(tokens=100, first_ms=50.0, pace_ms=20.0)


def measure(path: AnswerPath, shape: Shape) -> Report:
    """Measures the targets in turn, and subtracts the median of the upstream alone."""
    before = load_now()
    runs = _runs(path, shape)
    samples = {name: [one for outcome in found for one in outcome.good] for name, found in runs.items()}
    base = median([sample.first_ms for sample in samples[UPSTREAM]])
    added = {name: Quantiles.of([one.first_ms - base for one in found]) for name, found in samples.items()}
    return Report(
        name="p1",
        title="first-token overhead of the whole path",
        setting=(
            f"{shape.rate:g} answers/s, open loop, {shape.repetitions} × {shape.seconds:g} s each in turn; "
            f"upstream: {shape.script}. Added: from when a request was due to its first token, less the "
            f"median of the upstream alone ({base:.2f} ms)."
        ),
        tables=[_overheads(added, runs), _stages(samples[CAUSEWAY], base)],
        targets=[
            Target("added to the first token, p50", added[CAUSEWAY].p50, 12.0, "ms"),
            Target("added to the first token, p95", added[CAUSEWAY].p95, 25.0, "ms"),
        ],
        remarks=[*accounts(runs), *path.absences],
        data={
            "shape": asdict(shape),
            "upstream_median_ms": base,
            "added_ms": {name: asdict(found) for name, found in added.items()},
            "first_token_ms": {
                name: [round(s.first_ms, 3) for s in found] for name, found in samples.items()
            },
        },
        load=(before, load_now()),
    )


def _runs(path: AnswerPath, shape: Shape) -> dict[str, list[Outcome]]:
    path.upstream.play(shape.script)
    rate = Rate(shape.rate, shape.seconds)
    runs: dict[str, list[Outcome]] = {name: [] for name in (UPSTREAM, CAUSEWAY, PEER) if name in path.sides}
    for _ in range(shape.repetitions):
        for name, found in runs.items():
            found.append(path.run(name, rate))
    return runs


def _overheads(added: Mapping[str, Quantiles], runs: Mapping[str, Sequence[Outcome]]) -> Table:
    rows: list[list[Cell]] = []
    for name, found in added.items():
        own = Quantiles.of([sample.first_ms for run in runs[name] for sample in run.good])
        rounds = " ".join(f"{median([s.first_ms for s in run.good]):.1f}" for run in runs[name])
        rows.append([name, found.count, found.p50, found.p95, found.p99, own.p50, own.p95, rounds])
    columns = ["", "answers", "added p50", "added p95", "added p99", "p50", "p95", "p50 of each round"]
    return Table("Added to the first token, and the first token itself, ms", columns, rows)


def _stages(samples: Sequence[Sample], base: float) -> Table:
    """Where Causeway's share arises, by what the answers say of themselves."""
    stages: dict[str, list[float]] = {
        "retrieval, as generation sees it": [],
        "generation, besides retrieval and model": [],
        "edge, gRPC, HTTP and client": [],
    }
    for sample in samples:
        retrieval = sample.timings.get("retrieval_latency_ms", math.nan)
        # The answer's own clock begins when generation admits the question.
        first = sample.timings.get("first_token_ms", math.nan)
        parts = (retrieval, first - retrieval - base, sample.first_ms - first)
        for values, part in zip(stages.values(), parts, strict=True):
            values.append(part)
    found = {name: Quantiles.of(values) for name, values in stages.items()}
    rows: list[list[Cell]] = [[name, one.p50, one.p95, one.p99] for name, one in found.items()]
    return Table("Causeway's share by stage, ms", ["", "p50", "p95", "p99"], rows)
