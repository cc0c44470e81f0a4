from __future__ import annotations

import pytest

from benchmarks.loops import due_times
from benchmarks.plan import Concurrency, Plan, Rate, Sample, SearchTarget, Spike
from benchmarks.spike_run import NOT_SENT, Shape, SpikeRun

SHAPE = Shape(times=10.0, before=1.0, during=2.0, after=2.0)
TARGET = SearchTarget("127.0.0.1:1", "token", ("radio",), 0.5, True, True, 4)


def sample(
    due: float, *, error: str = "", reduced: bool = False, total: float = 20.0, level: int = 0
) -> Sample:
    return Sample(0.0, total, total, error=error, due_s=due, reduced=reduced, level=level)


def run(*samples: Sample) -> SpikeRun:
    return SpikeRun("Causeway", 10.0, samples, 0, SHAPE)


def test_a_spike_is_due_in_three_phases() -> None:
    times = list(due_times(Spike(calm=2, spike=10, before=1, during=0.5, after=1)))
    assert times == pytest.approx([0.0, 0.5, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 2.0])


def test_a_steady_rate_is_due_evenly() -> None:
    assert list(due_times(Rate(4, 1))) == [0.0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize("load", [Spike(1, 10, 1, 1, 1), Rate(1, 1), Concurrency(2, 4)])
def test_a_plan_crosses_the_process_boundary(load: Spike | Rate | Concurrency) -> None:
    plan = Plan(TARGET, load, 7)
    raw = plan.to_json()
    read = Plan.from_json(raw)
    assert read.load == load
    assert read.to_json() == raw


def test_only_what_was_due_in_the_spike_and_came_in_time_is_goodput() -> None:
    found = run(sample(0.5), sample(1.0), sample(2.9, reduced=True), sample(2.0, error="late"), sample(3.0))
    assert (found.goodput, found.in_full) == (1.0, 0.5)


def test_answers_and_rejections_are_timed_apart() -> None:
    found = run(sample(1.0, total=80.0), sample(1.5, error="RESOURCE_EXHAUSTED: busy", total=3.0))
    assert found.total_ms(0.99, rejected=False) == 80.0
    assert found.total_ms(0.99, rejected=True) == 3.0


def test_what_the_client_keeps_back_is_a_rejection_that_the_server_does_not_see() -> None:
    kept_back = sample(1.0, error=f"{NOT_SENT}: later", total=0.1)
    found = run(kept_back, sample(1.5, error="RESOURCE_EXHAUSTED: busy", total=3.0), sample(2.0))
    assert found.sent == 1.0
    assert found.total_ms(0.5, rejected=True) == 0.1


def test_the_timeline_counts_useful_answers_by_when_they_were_due() -> None:
    found = run(sample(0.1), sample(0.2, error="late"), sample(1.6), sample(1.9))
    assert [point for point in found.timeline if point[1]] == [(0.0, 2.0), (1.5, 4.0)]
    assert len(found.timeline) == 10


def test_a_late_generator_is_told() -> None:
    late = Sample(7.0, 20.0, 20.0, due_s=1.0)
    assert run(late).lateness_ms == 7.0


def test_a_server_has_recovered_when_nine_of_ten_are_answered_again() -> None:
    bad = [sample(3.0 + n / 10, error="busy") for n in range(5)]
    good = [sample(3.5 + n / 10) for n in range(15)]
    assert run(*bad, *good).recovery == 0.5
    assert run(*good, *[sample(3.0 + n / 10) for n in range(5)]).recovery == 0.0


def test_answers_of_the_spike_are_told_by_their_level() -> None:
    found = run(sample(0.5, level=3), sample(1.0), sample(1.5, level=2), sample(2.0, level=2, error="late"))
    assert found.by_level == {0: 1, 2: 1}


def test_half_a_second_in_which_nothing_was_due_is_no_failure() -> None:
    assert run(sample(3.1), sample(4.9)).recovery == 0.0
    assert run(sample(3.1), sample(4.9, error="busy")).recovery == 2.0


def test_refusals_over_http_are_rejections_too() -> None:
    shed = [
        sample(1.0, error=f"HTTP {status}: no", total=total) for status, total in ((503, 2.0), (429, 4.0))
    ]
    gone = sample(1.2, error="nobody waited so long for the first token", total=900.0)
    assert run(*shed, gone).total_ms(0.99, rejected=True) == 4.0
