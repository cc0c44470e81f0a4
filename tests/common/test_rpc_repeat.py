"""Which calls are made once more, and how many."""

from __future__ import annotations

import grpc
import pytest

from libs.common.errors import DependencyUnavailable, InternalError
from libs.common.metrics import REPEATED_CALLS
from libs.common.rpc_errors import encode
from libs.common.rpc_repeat import RepeatBudget, Repeats, broke_off
from tests.fakes.fake_clock import FakeClock

BEGUN = grpc.aio.Metadata(("x-causeway-pressure", "0"))
NOTHING = grpc.aio.Metadata()


def lost(
    code: grpc.StatusCode = grpc.StatusCode.UNAVAILABLE,
    begun: grpc.aio.Metadata = BEGUN,
    trailers: grpc.aio.Metadata = NOTHING,
) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, begun, trailers, "Stream removed")


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL])
def test_an_answer_that_had_begun_broke_off(code: grpc.StatusCode) -> None:
    assert broke_off(lost(code))


def test_a_lost_connection_is_one_even_where_no_answer_had_begun() -> None:
    """gRPC's own retry may have been used up on a server that had no room."""
    assert broke_off(lost(begun=NOTHING))
    assert not broke_off(lost(grpc.StatusCode.INTERNAL, begun=NOTHING))


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.INVALID_ARGUMENT,
    ],
)
def test_other_ends_are_none(code: grpc.StatusCode) -> None:
    assert not broke_off(lost(code))


@pytest.mark.parametrize("error", [DependencyUnavailable("The index does not answer."), InternalError()])
def test_what_the_service_says_is_not_asked_again(error: DependencyUnavailable | InternalError) -> None:
    code, _, trailers = encode(error)

    assert not broke_off(lost(code, trailers=grpc.aio.Metadata(*trailers)))


def test_a_push_back_alone_is_enough() -> None:
    assert not broke_off(lost(trailers=grpc.aio.Metadata(("grpc-retry-pushback-ms", "-1"))))


def test_a_call_is_made_twice_at_most_and_that_is_counted(clock: FakeClock) -> None:
    before = REPEATED_CALLS.labels("Probe")._value.get()
    attempts = Repeats("Probe", clock).begin(5.0)

    assert attempts.again(lost())
    assert not attempts.again(lost())
    assert REPEATED_CALLS.labels("Probe")._value.get() == before + 1


def test_a_repeat_has_what_the_first_attempt_left_it(clock: FakeClock) -> None:
    attempts = Repeats("Probe", clock).begin(5.0)
    assert attempts.left() == pytest.approx(5.0)
    clock.advance(3.0)

    assert attempts.again(lost())
    assert attempts.left() == pytest.approx(2.0)


def test_without_time_there_is_no_repeat(clock: FakeClock) -> None:
    attempts = Repeats("Probe", clock).begin(5.0)
    clock.advance(5.0)

    assert not attempts.again(lost())


def test_a_service_whose_answers_all_break_off_is_asked_a_tenth_more(clock: FakeClock) -> None:
    calls = 10_000
    repeats = Repeats("Probe", clock, RepeatBudget(burst=100))
    repeated = sum(repeats.begin(5.0).again(lost()) for _ in range(calls))

    assert 0.099 * calls <= repeated <= 0.1 * calls + 100


def test_a_burst_is_repeated_whole_and_then_there_is_a_pause(clock: FakeClock) -> None:
    repeats = Repeats("Probe", clock, RepeatBudget(burst=20, share=0.1))
    under_way = [repeats.begin(5.0) for _ in range(30)]
    assert [each.again(lost()) for each in under_way] == [True] * 20 + [False] * 10

    for _ in range(9):
        assert not repeats.begin(5.0).again(lost())
    for _ in range(10):
        repeats.begin(5.0)
    assert repeats.begin(5.0).again(lost())
