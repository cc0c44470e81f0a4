"""Answers over gRPC."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from libs.common.caller import Caller, Privacy
from libs.common.errors import Conflict, DependencyUnavailable, NotFound, Overloaded
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.edge_gateway.answers import Batch, Delta, NumberedEvent, Question
from tests.edge_gateway.core import connected

ANA = Caller(
    "edge_gateway", "acme", "änä/1", frozenset({"a,b", "hr"}), "gold", "s_1", "de", Privacy(history=False)
)
QUESTION = Question("q_1", "h" * 64, "How fast?", "c_1", "https://a.example", "A", "de", "m" * 64, "stable")


def nothing() -> None:
    """What follows from the beginning of an answer."""


def deltas(*texts: str) -> list[pb.AnswerEvent]:
    return [pb.AnswerEvent(seq=n, delta=pb.AnswerDelta(text=text)) for n, text in enumerate(texts, start=1)]


async def test_a_question_arrives_whole_and_its_events_come_in_batches(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a", "b"), [], deltas("c")]
        batches: list[Batch] = [batch async for batch in clients.answers.ask(ANA, QUESTION, 0, nothing)]

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
            await anext(clients.answers.ask(ANA, QUESTION, 0, nothing))
        assert caught.value.info == {"query_id": "q_0"}

        core.generation.script = [deltas("a"), Overloaded("no", retry_after_ms=40)]
        with pytest.raises(Overloaded) as shed:
            [batch async for batch in clients.answers.ask(ANA, QUESTION, 0, nothing)]
        assert shed.value.retry_after_ms == 40

        core.generation.script = [NotFound("no such answer")]
        with pytest.raises(NotFound):
            await clients.answers.stop(ANA, "q_1")


async def test_a_core_that_is_away_is_told_at_once(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await core.servers["generation"].stop(0)
        with pytest.raises(DependencyUnavailable, match="generation"):
            await anext(clients.answers.ask(ANA, QUESTION, 0, nothing))
        with pytest.raises(DependencyUnavailable):
            await clients.answers.stop(ANA, "q_1")


async def test_a_stream_that_is_closed_early_is_cancelled_and_its_place_given_back(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a"), asyncio.Event()]
        async with aclosing(clients.answers.ask(ANA, QUESTION, 0, nothing)) as events:
            await anext(events)
            assert clients.pool._streams == [1]

        await asyncio.wait_for(core.generation.cancelled.wait(), 5)
        assert clients.pool._streams == [0]


async def test_a_reader_that_is_cancelled_while_it_waits_cancels_the_stream(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a"), asyncio.Event()]
        events = clients.answers.ask(ANA, QUESTION, 0, nothing)
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
        streams = [clients.answers.ask(ANA, QUESTION, 0, nothing) for _ in range(120)]
        await asyncio.wait_for(asyncio.gather(*(anext(stream) for stream in streams)), 20)

        assert clients.pool._streams == [90, 30]
        await asyncio.wait_for(clients.answers.stop(ANA, "q_1"), 5)
        for stream in streams:
            await stream.aclose()
        assert clients.pool._streams == [0, 0]


async def test_the_core_is_told_of_pressure_and_of_none_only_when_there_is_some(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a")]
        for pressure in (0, 3):
            async for _ in clients.answers.ask(ANA, QUESTION, pressure, nothing):
                pass

    told = [metadata.get("x-causeway-pressure") for metadata in core.generation.metadata]
    assert told == [None, "3"]


async def test_it_is_told_once_that_the_core_has_begun(tmp_path: Path) -> None:
    begun: list[str] = []
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [deltas("a"), deltas("b")]
        events = clients.answers.ask(ANA, QUESTION, 0, lambda: begun.append("begun"))
        assert begun == []
        async with aclosing(events):
            await anext(events)
            assert begun == ["begun"]
            await anext(events)

    assert begun == ["begun"]


async def test_an_answer_that_the_core_refuses_has_not_begun(tmp_path: Path) -> None:
    begun: list[str] = []
    async with connected(tmp_path) as (core, clients):
        core.generation.script = [Overloaded("no", retry_after_ms=40)]
        with pytest.raises(Overloaded):
            await anext(clients.answers.ask(ANA, QUESTION, 0, lambda: begun.append("begun")))

    assert begun == []
