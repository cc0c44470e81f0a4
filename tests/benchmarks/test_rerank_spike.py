"""The spike against re-ranking profiles: what is told of each server, and a small one for real."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import rerank_spike
from benchmarks.cores import Cores
from benchmarks.passages import Texts
from benchmarks.plan import Concurrency, Outcome, Sample
from benchmarks.random_cross_encoder import Shape as CrossEncoderShape
from benchmarks.rerank_spike import CASES, CROSS_ENCODER, IN_FULL, LATE, LEAST_CAPACITY, measure
from benchmarks.spike_run import Shape, SpikeRun

SHAPE = Shape(times=10.0, before=1.0, during=2.0, after=1.0)
TEXTS = Texts(("a passage",), ("a question",), "one text")


def sample(due: float, *, error: str = "", level: int = 0, total: float = 20.0) -> Sample:
    return Sample(0.0, total, total, error=error, due_s=due, reduced=level > 0, level=level)


def runs() -> list[SpikeRun]:
    calm = [sample(n / 2) for n in range(2)] + [sample(3 + n / 2) for n in range(2)]
    spike = [sample(1.0 + n / 10, level=min(n // 5, 3)) for n in range(18)]
    late = [sample(2.9, error="RESOURCE_EXHAUSTED: busy", total=5.0)]
    return [
        SpikeRun(CROSS_ENCODER, 1.0, (*calm, *spike), 0, SHAPE),
        SpikeRun(LATE, 1.0, (*calm, *spike, *late), 3, SHAPE),
        SpikeRun(IN_FULL, 1.0, (*calm, *late), 0, SHAPE),
    ]


def test_the_share_of_what_was_offered_is_told_with_the_levels() -> None:
    report = rerank_spike._report(SHAPE, TEXTS, runs(), (0.1, 0.2))
    (table,) = report.tables
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["share of offered"] == pytest.approx(0.9)
    assert row["re-ranked/s"] == pytest.approx(2.5)
    assert [row[name] for name in ("at level 0", "1", "2", "3")] == pytest.approx(
        [5 / 18, 5 / 18, 5 / 18, 3 / 18]
    )
    assert set(report.charts) == {"spike-rerank"}
    not_sent, *meaningless = report.remarks
    assert not_sent == "late interaction: 3 not sent"
    assert len(meaningless) == 3  # one search a second is next to nothing


def test_targets_are_those_of_what_degrades_and_only_of_what_happened() -> None:
    report = rerank_spike._report(SHAPE, TEXTS, runs(), (0.1, 0.2))
    names = [target.name for target in report.targets]
    assert not [name for name in names if name.startswith(IN_FULL)]
    assert "late interaction: p99 of a rejection" in names
    assert "cross-encoder: p99 of a rejection" not in names
    assert all(target.met for target in report.targets)


def test_the_capacity_is_that_of_searches_in_full() -> None:
    samples = (sample(0.0), sample(0.1), sample(0.2, level=1), sample(0.3, error="late"))
    assert rerank_spike._in_full(Outcome(samples, 0, 0.5, 0.0)) == 4.0
    assert rerank_spike._in_full(Outcome((), 0, 0.5, 0.0)) == LEAST_CAPACITY


def test_a_small_spike_is_answered(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything for real, with a small model; how much is answered is the machine's affair."""
    monkeypatch.setattr(rerank_spike, "_WARM", Concurrency(1, 5))
    monkeypatch.setattr(rerank_spike, "_CLOSED", Concurrency(1, 5))
    name = f"benchmarks/{tmp_path.name}"
    monkeypatch.setattr(rerank_spike, "MODEL", name)
    shape = Shape(passages=60, embedded=10, times=3.0, before=0.5, during=1.0, after=0.5, patience=5.0)
    model = CrossEncoderShape(layers=1, heads=2, hidden=16)
    case = rerank_spike.Case(CROSS_ENCODER, CASES[0].desk, name)
    report = measure(folder, Cores(None, None), shape, tmp_path, [case], model)
    (row,) = report.tables[0].rows
    assert row[0] == CROSS_ENCODER
    assert float(row[4]) > 0.0
