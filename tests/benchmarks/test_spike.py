from __future__ import annotations

from benchmarks.passages import Texts
from benchmarks.plan import Sample
from benchmarks.spike import CONTENDERS, FULL, FULL_CALLED, OURS, OURS_CALLED, _report
from benchmarks.spike_run import Shape, SpikeRun
from benchmarks.spike_service import DESKS

SHAPE = Shape(times=10.0, before=1.0, during=2.0, after=2.0)
TEXTS = Texts((), ("radio",), "two words")


def run(name: str, answered: int, total: float = 20.0) -> SpikeRun:
    spike = [Sample(0.0, total, total, due_s=1.0 + n / answered) for n in range(answered)]
    calm = [Sample(0.0, 5.0, 5.0, due_s=n / 10) for n in (*range(10), *range(30, 50))]
    return SpikeRun(name, 10.0, (*spike, *calm), 0, SHAPE)


def test_each_server_is_there_and_ours_is_called_by_its_client_too() -> None:
    assert {contender.desk for contender in CONTENDERS} == set(DESKS)
    assert (OURS.clients, FULL.clients) == (0, 0)
    assert OURS_CALLED.clients == FULL_CALLED.clients > 1
    assert len({contender.name for contender in CONTENDERS}) == len(CONTENDERS)


def test_callers_with_and_without_the_client_are_held_to_the_same_targets() -> None:
    answered = {FULL.name: 10, FULL_CALLED.name: 18}
    runs = [run(contender.name, answered.get(contender.name, 20)) for contender in CONTENDERS]
    report = _report(SHAPE, TEXTS, runs, (0.0, 0.0))
    lost = {target.name: (target.found, target.met) for target in report.targets if "lost" in target.name}
    assert lost["capacity lost at full quality"] == (0.5, False)
    found, met = lost["capacity lost at full quality, called by the client"]
    assert (round(found, 6), met) == (0.1, True)
    assert len(report.targets) == 8
    (table,) = report.tables
    assert [len(row) for row in table.rows] == [len(table.columns)] * len(CONTENDERS)
    assert report.charts["spike"].to_svg().startswith("<svg")
