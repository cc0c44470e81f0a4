"""Answers over gRPC."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from libs.common.call_throttle import CallThrottle
from libs.common.caller import Caller, Privacy
from libs.common.errors import Conflict, DependencyUnavailable, NotFound, Overloaded
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.edge_gateway.answers import Batch, Delta, NumberedEvent, Question
from tests.edge_gateway.core import connected
from tests.fakes.fake_clock import FakeClock

ANA = Caller(
    "edge_gateway", "acme", "änä/1", frozenset({"a,b", "hr"}), "gold", "s_1", "de", Privacy(history=False)
)
QUESTION = Question("q_1", "h" * 64, "How fast?", "c_1", "https://a.example", "A", "de", "m" * 64, "stable")


def deltas(*texts: str) -> list[pb.AnswerEvent]:
    return [pb.AnswerEvent(seq=n, delta=pb.AnswerDelta(text=text)) for n, text in enumerate(texts, start=1)]


async def test_a_question_arrives_whole_and_its_events_come_in_batches(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a", "b"), [], deltas("c")]
        batches: list[Batch] = [batch async for batch in clients.answers.ask(ANA, QUESTION)]

    assert batches == [
        (NumberedEvent(1, Delta("a")), NumberedEvent(2, Delta("b"))),
        (NumberedEvent(1, Delta("c")),),
    ]
    assert core.generation.requests == [
        pb.AnswerRequest(
            query_id="q_1",
            body_hash="h" * 64,
            question="How fast?",
            conversation_id="c_1",
            page_hint=pb.PageHint(url="https://a.example", title="A"),
            locale="de",
            manifest_id="m" * 64,
            variant="stable",
        )
    ]
    assert core.generation.callers == [ANA]
    assert core.generation.metadata[0]["x-query-id"] == "q_1"
    assert 118 < (core.generation.time_remaining or 0) < 121


async def test_a_resumption_names_the_last_event(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("c")]
        batches = [batch async for batch in clients.answers.resume(ANA, "q_1", 7)]

    assert len(batches) == 1
    assert core.generation.requests == [pb.ResumeAnswerRequest(query_id="q_1", after_seq=7)]


async def test_a_stop_is_a_short_call(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await clients.answers.stop(ANA, "q_1")

    assert core.generation.requests == [pb.StopAnswerRequest(query_id="q_1")]
    assert (core.generation.time_remaining or 0) < 4


async def test_errors_of_the_core_keep_their_kind(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [Conflict("An answer is running.", info={"query_id": "q_0"})]
        with pytest.raises(Conflict) as caught:
            await anext(clients.answers.ask(ANA, QUESTION))
        assert caught.value.info == {"query_id": "q_0"}

        core.generation.script = [deltas("a"), Overloaded("no", retry_after_ms=40)]
        with pytest.raises(Overloaded) as shed:
            [batch async for batch in clients.answers.ask(ANA, QUESTION)]
        assert shed.value.retry_after_ms == 40

        core.generation.script = [NotFound("no such answer")]
        with pytest.raises(NotFound):
            await clients.answers.stop(ANA, "q_1")


async def test_a_core_that_is_away_is_told_at_once(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await core.servers["generation"].stop(0)
        with pytest.raises(DependencyUnavailable, match="generation"):
            await anext(clients.answers.ask(ANA, QUESTION))
        with pytest.raises(DependencyUnavailable):
            await clients.answers.stop(ANA, "q_1")


async def test_a_stream_that_is_closed_early_is_cancelled_and_its_place_given_back(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a"), asyncio.Event()]
        async with aclosing(clients.answers.ask(ANA, QUESTION)) as events:
            await anext(events)
            assert clients.pool._streams == [1]

        await asyncio.wait_for(core.generation.cancelled.wait(), 5)
        assert clients.pool._streams == [0]


async def test_a_reader_that_is_cancelled_while_it_waits_cancels_the_stream(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a"), asyncio.Event()]
        events = clients.answers.ask(ANA, QUESTION)
        await anext(events)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

        await asyncio.wait_for(core.generation.cancelled.wait(), 5)
        assert clients.pool._streams == [0]


async def test_more_streams_than_one_connection_takes_are_spread(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a"), asyncio.Event()]
        streams = [clients.answers.ask(ANA, QUESTION) for _ in range(120)]
        await asyncio.wait_for(asyncio.gather(*(anext(stream) for stream in streams)), 20)

        assert clients.pool._streams == [90, 30]
        await asyncio.wait_for(clients.answers.stop(ANA, "q_1"), 5)
        for stream in streams:
            await stream.aclose()
        assert clients.pool._streams == [0, 0]


async def test_questions_that_the_core_has_no_room_for_are_not_sent_but_answers_are_resumed(
    tmp_path: Path,
) -> None:
    async with connected(tmp_path) as (core, clients):
        clients.answers._throttle = CallThrottle("generation", FakeClock())
        core.generation.script = [Overloaded("no room", retry_after_ms=60_000)]
        for _ in range(20):
            with pytest.raises(Overloaded) as refused:
                await anext(clients.answers.ask(ANA, QUESTION))
        assert len(core.generation.requests) == 1
        assert refused.value.retry_after_ms == 60_000
        assert clients.pool._streams == [0]

        core.generation.script = [deltas("a")]
        assert len([batch async for batch in clients.answers.resume(ANA, "q_1", 0)]) == 1
        other = replace(ANA, tenant="globex")
        assert len([batch async for batch in clients.answers.ask(other, QUESTION)]) == 1


async def test_a_refusal_after_the_first_event_keeps_no_question_back(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a"), Overloaded("no", retry_after_ms=60_000)]
        for _ in range(3):
            with pytest.raises(Overloaded):
                [batch async for batch in clients.answers.ask(ANA, QUESTION)]

    assert len(core.generation.requests) == 3
