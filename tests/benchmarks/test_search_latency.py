"""P3 at a tiny size over a real retrieval service: that it measures, not what."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cores import Cores
from benchmarks.search_latency import Shape, measure
from benchmarks.search_report import ENGINE, SERVICE

pytestmark = pytest.mark.process


def test_p3_measures_the_service_beside_the_bare_engine(folder: Path, tmp_path: Path) -> None:
    shape = Shape(passages=300, embedded=20, rate=20, seconds=0.5, repetitions=1)

    report = measure(folder, Cores.of_this_machine(), shape, data=tmp_path)

    rows = {row[0]: row for row in report.tables[0].rows}
    assert set(rows) == {SERVICE, ENGINE}
    assert all(row[1] == 10 for row in rows.values())
    assert all(0 < float(row[2]) < 2000 for row in rows.values())
    assert "10 sent, 0 dropped" in report.to_markdown()
    assert "0 failed" in report.remarks[0]
