from __future__ import annotations

from benchmarks.edge_spike_report import Found, report
from benchmarks.edge_spike_run import CAPPED, FULL, OPEN, OURS, EdgeRun, Shape
from benchmarks.plan import Outcome, Sample
from benchmarks.spike_run import SpikeRun

SHAPE = Shape(before=1.0, during=2.0, after=1.0)
REFUSED = "HTTP 503: overloaded"


def edge_run(desk: str, answered: int, refused: int, *, reduced: bool = False) -> EdgeRun:
    """A run whose spike has so many answers, after a calm and before another in which all are answered."""
    calm = [Sample(0.0, 50.0, 90.0, due_s=due / 10) for due in (*range(10), *range(30, 40))]
    spike = [Sample(0.0, 400.0, 500.0, due_s=1.5, reduced=reduced) for _ in range(answered)]
    shed = [Sample(0.0, float("nan"), 4.0, error=REFUSED, due_s=1.5) for _ in range(refused)]
    quiet = Outcome((Sample(0.0, 60.0, 70.0, due_s=1.5),), 0, 4.0, 1.0)
    return EdgeRun(SpikeRun(desk, 10.0, (*calm, *spike, *shed), 0, SHAPE), quiet)


def found() -> Found:
    written = [
        edge_run(OURS, 18, 182),
        edge_run(FULL, 18, 182),
        edge_run(CAPPED, 10, 190),
        edge_run(OPEN, 1, 199),
    ]
    return Found(written, [edge_run(OURS, 40, 160, reduced=True)], "Sixty-four visitors.")


def test_the_report_measures_the_spike_against_every_target() -> None:
    made = report(SHAPE, found(), (0.1, 0.2))
    figures = {target.name: (round(target.found, 2), target.met) for target in made.targets}
    assert figures == {
        "capacity lost": (0.1, True),
        "p99 of what is admitted": (400.0, True),
        "p99 of a rejection": (4.0, True),
        "back to normal after": (0.0, True),
        "the quiet tenant's questions that were not answered": (0.0, True),
    }


def test_answers_with_and_without_a_language_model_stand_apart() -> None:
    written, quoted = report(SHAPE, found(), (0.1, 0.2)).tables
    assert [row[0] for row in written.rows][0::3] == ["Causeway", "unprotected"]
    assert quoted.rows[0][1:6] == [10.0, 100.0, 20.0, 0.0, 2.0]


def test_what_was_not_answered_is_told_by_its_reason() -> None:
    made = report(SHAPE, found(), (0.1, 0.2))
    assert made.remarks[0] == "Causeway, not answered: 182 × HTTP 503"
    assert made.remarks[-1] == "quoted, Causeway, not answered: 160 × HTTP 503"


def test_the_picture_shows_the_answers_of_a_language_model() -> None:
    (name, chart), *others = report(SHAPE, found(), (0.1, 0.2)).charts.items()
    assert (name, others) == ("spike-edge", [])
    assert "unprotected" in chart.to_svg()
