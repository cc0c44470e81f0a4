"""P1 and P2 at a tiny size over a real stack: that they measure, not what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import answer_cpu, first_token
from benchmarks.answer_path import CAUSEWAY, UPSTREAM, AnswerPath, Wanted, answer_path
from benchmarks.cores import Cores
from benchmarks.corpus import Corpus
from benchmarks.script import Script
from tests.e2e.stack import CORPUS

pytestmark = pytest.mark.process

SMALL = Corpus(CORPUS, ("How many days before must I ask for leave?", "When is a ticket refunded in full?"))


@pytest.fixture(scope="module")
def path(folder: Path) -> Iterator[AnswerPath]:
    with answer_path(folder, Cores.of_this_machine(), Wanted(peer=False, corpus=SMALL)) as started:
        yield started


def test_p1_subtracts_the_upstreams_own_first_token(path: AnswerPath) -> None:
    shape = first_token.Shape(
        rate=10, seconds=0.5, repetitions=2, script=Script(tokens=5, first_ms=20, pace_ms=2)
    )

    report = first_token.measure(path, shape)

    overheads, stages = report.tables
    rows = {row[0]: row for row in overheads.rows}
    assert set(rows) == {UPSTREAM, CAUSEWAY}
    assert all(row[1] == 10 for row in rows.values())
    assert 0 < float(rows[CAUSEWAY][2]) < 1000
    assert abs(float(rows[UPSTREAM][2])) < 0.001
    assert float(stages.rows[0][1]) > 0
    assert any("was left out" in remark for remark in report.remarks)


def test_p2_tells_the_processes_apart(path: AnswerPath) -> None:
    shape = answer_cpu.Shape(many=6, count=12, few=2, repetitions=1, tokens=20, pace_ms=1)

    report = answer_cpu.measure(path, shape)

    columns, rows = report.tables[0].columns, report.tables[0].rows
    assert len(rows) == 3
    for row in rows:
        figures = dict(zip(columns, row, strict=True))
        assert float(figures["generation"]) > 0
        assert float(figures["all"]) < 5000
    assert not any("HTTP" in remark for remark in report.remarks)
    assert "not finished" not in report.to_markdown()
