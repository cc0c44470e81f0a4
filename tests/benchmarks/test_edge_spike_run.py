from __future__ import annotations

import math

from benchmarks.edge_spike_run import OURS, EdgeRun, Shape
from benchmarks.plan import Outcome, Sample
from benchmarks.spike_run import SpikeRun

SHAPE = Shape(before=1.0, during=2.0, after=1.0)


def sample(due: float, *, first: float = 20.0, error: str = "") -> Sample:
    return Sample(0.0, math.nan if error else first, first + 5.0, error=error, due_s=due)


def run(flood: list[Sample], quiet: list[Sample]) -> EdgeRun:
    return EdgeRun(SpikeRun(OURS, 10.0, tuple(flood), 0, SHAPE), Outcome(tuple(quiet), 0, 4.0, 1.0))


def test_only_the_quiet_tenants_questions_of_the_spike_count() -> None:
    quiet = [sample(0.5, error="late"), sample(1.5), sample(2.5, error="HTTP 503: busy"), sample(3.5)]
    assert run([], quiet).quiet_share == 0.5


def test_a_quiet_tenant_that_asked_nothing_was_answered_nothing() -> None:
    assert run([], []).quiet_share == 0.0


def test_the_first_token_of_what_was_answered_during_the_spike_counts() -> None:
    flood = [
        sample(0.5, first=9_000.0),
        sample(1.5, first=40.0),
        sample(1.6, first=60.0),
        sample(2.0, error="HTTP 503: busy"),
    ]
    assert run(flood, []).first_ms(0.99) == 60.0


def test_the_whole_run_is_as_long_as_its_parts() -> None:
    assert SHAPE.seconds == 4.0
