"""P6's figures, put side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from benchmarks.ingest_search import SearchFindings
from benchmarks.ingest_speed import IngestRound, RawRound
from benchmarks.plan import Outcome
from benchmarks.quantiles import Quantiles, median
from benchmarks.report import Cell, Report, Table, Target
from benchmarks.sent_requests import accounts

_WANTED_SHARE = 0.9
_WANTED_AGAIN = 0.02


def speed_part(ours: Sequence[IngestRound], raw: Mapping[int, Sequence[RawRound]], origin: str) -> Report:
    """Writes the report on the speed of an ingest."""
    whole = [one.passages / one.whole_seconds for one in ours]
    alone = [one.embedded / one.embedding_seconds for one in ours if one.embedding_seconds > 0]
    cpu = [1000 * one.cpu_seconds / one.passages for one in ours]
    rows: list[list[Cell]] = [
        ["ingest, all of it", median(whole), median(cpu), _rounds(whole)],
        ["ingest, embedding alone", median(alone), "", _rounds(alone)],
    ]
    speeds = {}
    for batch, found in raw.items():
        speed = [one.passages / one.seconds for one in found]
        speeds[batch] = median(speed)
        spent = [1000 * one.cpu_seconds / one.passages for one in found]
        rows.append([f"fastembed, batches of {batch}", median(speed), median(spent), _rounds(speed)])
    later = [one.passages / max(0.001, one.sentences_seconds) for one in ours]
    rows.insert(2, ["their sentences, after that", median(later), "", _rounds(later)])
    taken = median([one.sentences_bytes / one.passages for one in ours])
    best = max(speeds.values())
    again = median([one.again_seconds / one.whole_seconds for one in ours])
    return Report(
        name="p6",
        title="speed of an ingest",
        setting=(
            f"{ours[0].passages} passages, {len(ours)} rounds in turn. Texts: {origin}. The ingest is the "
            "worker's, from its start until all is served: model loaded, documents read and cut, passages "
            "embedded, index built and swapped in. fastembed is `TextEmbedding.embed` with the same int8 "
            "model on the same passages at the worker's priority; its start and loading do not count."
        ),
        tables=[Table("Passages a second", ["", "passages/s", "CPU ms a passage", "rounds"], rows)],
        targets=[
            Target(
                "fastembed's best speed over the whole ingest's", best / median(whole), 1 / _WANTED_SHARE, "×"
            ),
            Target("the same documents again, share of the first time", again, _WANTED_AGAIN, ""),
        ],
        remarks=[f"Vectors of sentences take {taken:.0f} bytes a passage; nothing waits for them."],
        data={
            "ingest": [asdict(one) for one in ours],
            "raw": {str(k): [asdict(r) for r in v] for k, v in raw.items()},
        },
    )


def search_part(found: SearchFindings, shape: Mapping[str, object]) -> Report:
    """Writes the report on searches during an ingest."""
    runs: Mapping[str, Sequence[Outcome]] = {"idle": found.idle, "during the ingest": found.busy}
    quantiles = {name: Quantiles.of(_totals(outcomes)) for name, outcomes in runs.items()}
    idle, busy = quantiles["idle"], quantiles["during the ingest"]
    rows: list[list[Cell]] = []
    for name, one in quantiles.items():
        rounds = " ".join(f"{Quantiles.of(_totals([run])).p95:.1f}" for run in runs[name])
        rows.append([name, one.count, one.p50, one.p95, one.p99, one.worst, rounds])
    late: list[list[Cell]] = [
        [f"over {over} ms", found.idle_pauses[over], found.pauses[over]] for over in found.pauses
    ]
    columns = ["", "searches", "p50", "p95", "p99", "worst", "p95 of each turn"]
    return Report(
        name="p6",
        title="searches during an ingest",
        setting=(
            f"{shape['rate']:g} searches/s, open loop, {shape['turns']} turns of {shape['seconds']:g} s "
            "each, without and with the worker at work, which embeds with all threads that it is allowed and "
            f"builds the index. {found.embedded:,} passages were embedded and {found.swaps} builds swapped "
            "in meanwhile. Nothing is pinned."
        ),
        tables=[
            Table("From when a search was due to its answer, ms", columns, rows),
            Table("Pauses of the serving process's event loop", ["", "idle", "during the ingest"], late),
        ],
        targets=[
            Target("p95 during the ingest over idle", busy.p95 / idle.p95, 2.0, "×"),
            Target("pauses over 50 ms beyond those when idle, less one a swap", _unexplained(found), 0, ""),
        ],
        remarks=[*accounts(runs)],
        data={
            "latency_ms": {name: asdict(one) for name, one in quantiles.items()},
            "pauses": {f"over_{over}_ms": count for over, count in found.pauses.items()},
        },
    )


def _unexplained(found: SearchFindings) -> float:
    return max(0, found.pauses[50] - found.idle_pauses[50] - found.swaps)


def _totals(outcomes: Sequence[Outcome]) -> list[float]:
    return [sample.total_ms for run in outcomes for sample in run.good]


def _rounds(values: Sequence[float]) -> str:
    return " ".join(f"{value:.1f}" for value in values)
