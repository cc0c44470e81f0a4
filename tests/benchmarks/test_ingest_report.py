"""What P6 says of made-up figures."""

from __future__ import annotations

from pathlib import Path

from benchmarks.conditions import Conditions
from benchmarks.ingest_report import search_part, speed_part
from benchmarks.ingest_search import SearchFindings
from benchmarks.ingest_speed import IngestRound, RawRound
from benchmarks.plan import Outcome, Sample
from benchmarks.report import write_results

CONDITIONS = Conditions("2026-01-01T00:00:00Z", "abc", 2, "cpu", 4.0, "Linux", "3.11", {}, 0.0, "not pinned")
SHAPE = {"rate": 20.0, "turns": 2, "seconds": 5.0}


def outcome(ms: float) -> Outcome:
    return Outcome(tuple(Sample(0.0, ms, ms) for _ in range(20)), 0, 5.0, 1.0)


def test_the_ingest_is_compared_with_the_best_of_fastembed() -> None:
    ours = [IngestRound(100, 10.0, 8.0, 90, 15.0, 20.0, 250_000, 0.1)]
    raw = {256: [RawRound(100, 20.0, 38.0)], 16: [RawRound(100, 8.0, 15.0)]}

    report = speed_part(ours, raw, "made up")

    assert [row[1] for row in report.tables[0].rows] == [10.0, 90 / 8.0, 5.0, 5.0, 12.5]
    ratio, again = report.targets
    assert ratio.found == 1.25
    assert not ratio.met
    assert again.met
    assert "2500 bytes a passage" in report.remarks[0]


def test_searches_may_take_twice_as_long_and_one_pause_a_swap_is_allowed(tmp_path: Path) -> None:
    pauses = {50: 4, 100: 1, 200: 0}
    found = SearchFindings([outcome(4.0)], [outcome(7.0)], 500, pauses, {50: 1, 100: 0, 200: 0}, swaps=3)

    report = search_part(found, SHAPE)

    slower, paused = report.targets
    assert (slower.found, slower.met) == (1.75, True)
    assert (paused.found, paused.met) == (0, True)
    found.swaps = 0
    assert not search_part(found, SHAPE).targets[1].met
    assert write_results(tmp_path, "p6", CONDITIONS, [report]).exists()
