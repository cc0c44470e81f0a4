"""A search whose answer broke off is asked for once more, within its time and a budget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat

import grpc
import pytest

from causeway_client import (
    AsyncCausewayClient,
    CausewayClient,
    CausewayError,
    DependencyUnavailable,
    InternalError,
    Options,
    SearchResult,
)
from causeway_client.repeat import BURST, RepeatBudget, broke_off
from libs.common import errors
from tests.fakes.scripted_retrieval import breaking_off, scripted

PATIENT = Options(timeout=30)

Ask = Callable[[str], Awaitable[SearchResult]]


async def ask_async(target: str) -> SearchResult:
    async with AsyncCausewayClient(target, "t", PATIENT) as client:
        return await client.search("radio")


async def ask_sync(target: str) -> SearchResult:
    def ask() -> SearchResult:
        with CausewayClient(target, "t", PATIENT) as client:
            return client.search("radio")

    return await asyncio.to_thread(ask)


BROKEN_OFF = grpc.aio.AioRpcError(
    grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(("x-causeway-pressure", "0")), grpc.aio.Metadata()
)

both = pytest.mark.parametrize("ask", [ask_async, ask_sync])


@both
@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL])
async def test_an_answer_that_broke_off_is_asked_for_once_more(ask: Ask, code: grpc.StatusCode) -> None:
    async with scripted(breaking_off(1, code=code)) as retrieval:
        found = await ask(retrieval.target)

    assert (found.profile, found.pressure, len(retrieval.calls)) == ("whole", 2, 2)


@both
async def test_it_is_not_asked_for_twice_more(ask: Ask) -> None:
    async with scripted(breaking_off(2)) as retrieval:
        with pytest.raises(DependencyUnavailable):
            await ask(retrieval.target)

    assert len(retrieval.calls) == 2


@both
@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (errors.DependencyUnavailable("The index does not answer."), DependencyUnavailable),
        (errors.InternalError(), InternalError),
    ],
)
async def test_an_error_of_the_service_is_not_asked_again(
    ask: Ask, told: errors.CausewayError, kind: type[CausewayError]
) -> None:
    async with scripted(breaking_off(1, told)) as retrieval:
        with pytest.raises(kind):
            await ask(retrieval.target)

    assert len(retrieval.calls) == 1


async def test_a_service_whose_answers_all_break_off_is_asked_a_tenth_more() -> None:
    calls = 400
    async with (
        scripted(breaking_off(2 * calls)) as retrieval,
        AsyncCausewayClient(retrieval.target, "t", PATIENT) as client,
    ):
        for _ in range(calls // 50):
            found = await asyncio.gather(*(client.search("r") for _ in range(50)), return_exceptions=True)
            assert all(isinstance(each, DependencyUnavailable) for each in found)

    assert calls + BURST <= len(retrieval.calls) <= 1.1 * calls + BURST


def test_what_is_no_call_did_not_break_off() -> None:
    assert broke_off(BROKEN_OFF)
    assert not broke_off(grpc.RpcError())


def test_the_repeat_has_what_the_first_attempt_left_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = chain([100.0, 103.0, 103.0], repeat(105.0))
    monkeypatch.setattr("causeway_client.repeat.time.monotonic", lambda: next(moments))
    attempts = RepeatBudget().begin(5.0)

    assert attempts.again(BROKEN_OFF)
    assert attempts.left() == pytest.approx(2.0)
    assert not RepeatBudget().begin(0.0).again(BROKEN_OFF)
