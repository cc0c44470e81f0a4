from __future__ import annotations

import math

import pytest

from benchmarks.plan import Concurrency, Outcome, Plan, Rate, Sample, SearchTarget, StreamTarget
from benchmarks.script import Script

STREAM = StreamTarget(
    port=1, path="/v1/chat", headers=({"a": "b"},), bodies=("{}",), first="x", last="y", timings=("t",)
)
SEARCH = SearchTarget("127.0.0.1:1", "token", ("one", "two"))


@pytest.mark.parametrize(
    "plan", [Plan(STREAM, Rate(5, 2), 7), Plan(SEARCH, Concurrency(2, 3))], ids=["stream", "search"]
)
def test_a_plan_survives_the_way_to_the_generator(plan: Plan) -> None:
    read = Plan.from_json(plan.to_json())

    assert read.load == plan.load
    assert read.first_request == plan.first_request
    assert read.to_json() == plan.to_json()
    assert type(read.target) is type(plan.target)


def test_an_outcome_survives_the_way_back() -> None:
    outcome = Outcome((Sample(0.1, 2.0, 3.0, 4, "", {"embed": 1.0}),), 1, 2.0, 3.0)

    assert Outcome.from_json(outcome.to_json()) == outcome


def test_a_first_token_that_never_came_stays_no_number() -> None:
    outcome = Outcome((Sample(0.1, math.nan, 3.0, error="broken"),), 0, 2.0, 3.0)

    read = Outcome.from_json(outcome.to_json())

    assert math.isnan(read.samples[0].first_ms)
    assert read.good == ()
    assert read.errors == ("broken",)


def test_a_script_is_refused_when_it_is_none() -> None:
    assert Script.from_json(Script(tokens=3).to_json()) == Script(tokens=3)
    with pytest.raises(ValueError, match="tokkens"):
        Script.from_json(b'{"tokkens": 3}')
