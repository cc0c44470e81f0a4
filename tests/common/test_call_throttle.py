"""Calls are kept back for each tenant and method apart, and only because of overload."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.call_throttle import Attempt, CallThrottle
from libs.common.errors import ERRORS, CausewayError, Overloaded
from libs.common.metrics import REGISTRY
from libs.common.rpc_errors import LATER_MS
from tests.fakes.fake_clock import FakeClock


class Likely:
    """Chances that a test chooses."""

    def __init__(self, chance: float = 0.0) -> None:
        self.chance = chance

    def __call__(self) -> float:
        return self.chance


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def throttle(clock: FakeClock) -> CallThrottle:
    return CallThrottle("retrieval", clock, Likely())


def fail(throttle: CallThrottle, error: BaseException, tenant: str = "acme", method: str = "Search") -> None:
    with pytest.raises(type(error)), throttle.attempt(method, tenant):
        raise error


def is_sent(throttle: CallThrottle, tenant: str = "acme", method: str = "Search") -> bool:
    try:
        attempt = throttle.attempt(method, tenant)
    except Overloaded:
        return False
    attempt.__exit__(None, asyncio.CancelledError(), None)  # says nothing, so that looking changes nothing
    return True


BUSY = Overloaded("busy", retry_after_ms=200)


def test_after_a_refusal_the_next_call_waits_as_long_as_the_service_said(clock: FakeClock) -> None:
    calls = throttle(clock)
    fail(calls, BUSY)
    with pytest.raises(Overloaded) as kept_back:
        calls.attempt("Search", "acme")
    assert kept_back.value.retry_after_ms == 200
    assert "not sent" in kept_back.value.detail
    clock.advance(0.2)
    assert is_sent(calls)


def test_a_refusal_that_names_no_time_means_half_a_second(clock: FakeClock) -> None:
    calls = throttle(clock)
    fail(calls, Overloaded("gRPC had no room"))
    with pytest.raises(Overloaded) as kept_back:
        calls.attempt("Search", "acme")
    assert kept_back.value.retry_after_ms == LATER_MS


@given(crowd=st.lists(st.sampled_from(["acme", "globex", "initech"]), max_size=60))
def test_one_tenants_refusals_keep_nobody_elses_calls_back(crowd: list[str]) -> None:
    calls = throttle(FakeClock())
    for tenant in crowd:
        if is_sent(calls, tenant):
            fail(calls, BUSY, tenant) if is_sent(calls, tenant) else None
    assert is_sent(calls, "quiet")
    for tenant in {"acme", "globex", "initech"} - set(crowd):
        assert is_sent(calls, tenant)


def test_a_method_that_is_refused_keeps_no_other_back(clock: FakeClock) -> None:
    calls = throttle(clock)
    fail(calls, BUSY, method="Search")
    assert not is_sent(calls, method="Search")
    assert is_sent(calls, method="GetPassages")


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind != "overloaded"])
def test_no_other_error_keeps_a_call_back(clock: FakeClock, kind: str) -> None:
    calls = throttle(clock)
    for _ in range(50):
        fail(calls, ERRORS[kind]("no", retry_after_ms=5000))
    assert is_sent(calls)


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind not in {"overloaded", "deadline_exceeded"}])
def test_an_error_of_another_kind_shows_that_calls_are_taken(clock: FakeClock, kind: str) -> None:
    calls = throttle(clock)
    fail(calls, BUSY)
    clock.advance(0.2)
    fail(calls, ERRORS[kind]("no"))
    clock.advance(0.9)
    assert is_sent(calls)


@pytest.mark.parametrize("error", [asyncio.CancelledError(), ERRORS["deadline_exceeded"]("late"), KeyError()])
def test_a_call_without_a_verdict_neither_opens_nor_closes(clock: FakeClock, error: BaseException) -> None:
    calls = throttle(clock)
    fail(calls, error)
    assert is_sent(calls)
    fail(calls, BUSY)
    clock.advance(0.2)
    fail(calls, error)
    assert not is_sent(calls)


def test_a_stream_was_taken_when_it_began_however_it_ends(clock: FakeClock) -> None:
    calls = throttle(clock)

    def end_late(attempt: Attempt) -> None:
        attempt.accepted()
        attempt.accepted()
        raise BUSY

    with pytest.raises(Overloaded), calls.attempt("Answer", "acme") as attempt:
        end_late(attempt)
    assert is_sent(calls, method="Answer")


def test_a_call_without_a_verdict_is_no_longer_under_way(clock: FakeClock) -> None:
    calls = throttle(clock)
    fail(calls, BUSY)
    clock.advance(1.0)
    for _ in range(5):
        with calls.attempt("Search", "acme"):
            pass
    for _ in range(50):
        fail(calls, ERRORS["deadline_exceeded"]("late"))
    assert is_sent(calls)


def test_what_is_kept_back_is_counted(clock: FakeClock) -> None:
    labels = {"service": "retrieval", "method": "Search"}

    def counted() -> float:
        return REGISTRY.get_sample_value("causeway_calls_not_sent_total", labels) or 0.0

    calls, before = throttle(clock), counted()
    fail(calls, BUSY)
    assert counted() == before
    assert [is_sent(calls) for _ in range(3)] == [False] * 3
    assert counted() == before + 3


def test_only_so_many_tenants_are_remembered(clock: FakeClock) -> None:
    calls = throttle(clock)
    fail(calls, BUSY, "first")
    for number in range(5000):
        assert is_sent(calls, f"tenant {number}")
    assert len(calls._known) == 1024
    assert is_sent(calls, "first")


def test_by_chance_as_many_are_sent_as_are_taken(clock: FakeClock) -> None:
    chance = Likely()
    calls = CallThrottle("retrieval", clock, chance)
    for number in range(100):
        clock.advance(0.01)
        chance.chance = 0.999
        error: CausewayError = BUSY if number % 5 else ERRORS["conflict"]("taken")
        try:
            with calls.attempt("Search", "acme"):
                raise error
        except CausewayError:
            continue
    chance.chance = 0.0
    assert not is_sent(calls)
    chance.chance = 0.999
    assert is_sent(calls)
