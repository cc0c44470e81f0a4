"""A spike is sent at rates that are measured by a capacity."""

from __future__ import annotations

import pytest

from benchmarks import spike_sending
from benchmarks.cores import Cores
from benchmarks.plan import Outcome, Plan, Sample, SearchTarget, Spike
from benchmarks.spike_run import Shape
from benchmarks.spike_sending import CALM_SHARE, send_spike


def test_the_rates_are_those_of_the_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Plan] = []

    def carried_out(plan: Plan, core: int | None) -> Outcome:
        sent.append(plan)
        return Outcome((Sample(0.0, 1.0, 1.0, due_s=1.5),), 4, 1.0, 0.0)

    monkeypatch.setattr(spike_sending, "run_load", carried_out)
    shape = Shape(times=10.0, before=1.0, during=2.0, after=3.0)
    run = send_spike("one", SearchTarget("a:1", "token", ("q",)), 20.0, shape, Cores(None, None))
    assert sent[0].load == Spike(calm=20.0 * CALM_SHARE, spike=200.0, before=1.0, during=2.0, after=3.0)
    assert (run.name, run.capacity, run.dropped, run.goodput) == ("one", 20.0, 4, 0.5)
