"""What an answer took, counted from its admission."""

from __future__ import annotations

import pytest

from services.generation.events import Usage
from services.generation.tally import Tally
from services.generation.understand import Understanding
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tally(clock: FakeClock) -> Tally:
    return Tally(clock)


def test_times_are_milliseconds_since_the_admission(tally: Tally, clock: FakeClock) -> None:
    tally.retrieval_ms = 4.0
    clock.advance(0.010)
    tally.model_begins("m")
    clock.advance(0.020)
    tally.text_sent()
    clock.advance(0.030)
    tally.text_sent()
    tally.model_ends()
    clock.advance(0.040)
    timings = tally.timings()
    assert timings.retrieval_latency_ms == 4.0
    assert timings.first_token_ms == pytest.approx(30.0)
    assert timings.model_latency_ms == pytest.approx(50.0)
    assert timings.total_latency_ms == pytest.approx(100.0)


def test_the_models_that_failed_cost_time_too(tally: Tally, clock: FakeClock) -> None:
    for name in ("one", "two"):
        tally.model_begins(name)
        clock.advance(0.010)
        tally.model_ends()
    assert tally.timings().model_latency_ms == pytest.approx(20.0)
    assert tally.done("stop").model == "two"


def test_an_answer_that_is_cut_short_counts_the_model_until_then(tally: Tally, clock: FakeClock) -> None:
    tally.model_begins("m")
    clock.advance(0.010)
    assert tally.done("stopped").timings.model_latency_ms == pytest.approx(10.0)


def test_done_carries_everything(tally: Tally) -> None:
    tally.relevance, tally.supports, tally.cited = 0.7, (1.0, 0.5), [2, 1]
    tally.usage = Usage(10, 5, 0.001)
    tally.degraded("keyword_only", "keyword_only")
    done = tally.done("stop")
    assert (done.confidence, done.needs_review) == (0.85, False)
    assert (done.citations, done.usage, done.degradations) == ((2, 1), Usage(10, 5, 0.001), ("keyword_only",))


def test_a_weak_answer_asks_for_review(tally: Tally) -> None:
    tally.relevance, tally.supports = 0.2, (0.1,)
    assert tally.done("stop").needs_review


def test_a_refusal_is_no_answer_to_be_sure_of(tally: Tally) -> None:
    tally.relevance, tally.refusal = 0.7, "unsupported"
    done = tally.done("refusal")
    assert (done.confidence, done.needs_review, done.refusal_kind) == (0.0, False, "unsupported")


@pytest.mark.parametrize(
    ("relevance", "below", "doubtful", "reviewed"),
    [(0.7, 0.5, False, False), (0.0, 0.5, False, False), (0.0, 0.7, False, True), (0.7, 0.5, True, True)],
)
def test_a_person_is_asked_where_the_policy_wants_it_or_something_is_doubtful(
    clock: FakeClock, relevance: float, below: float, doubtful: bool, reviewed: bool
) -> None:
    tally = Tally(clock, relevance=relevance, supports=(1.0,), review_below=below, doubtful=doubtful)
    assert tally.done("stop").needs_review is reviewed
    assert tally.done("refusal").needs_review is False


def test_what_a_question_turned_out_to_be_is_noted_once_it_was_understood() -> None:
    tally = Tally(FakeClock(), relevance=0.2)
    tally.settle(continues=False, clarified=False, threshold=0.4)
    assert tally.understood is None
    tally.understood = Understanding("knowledge", 0.1)
    tally.settle(continues=False, clarified=False, threshold=0.4)
    assert tally.understood.intent == "out_of_scope"
