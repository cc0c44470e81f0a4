"""Relaying an answer to its reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from libs.common.errors import Conflict, ModelFailed, Overloaded
from services.edge_gateway.answer_relay import AnswerRelay, RunningAnswer
from services.edge_gateway.answers import Batch
from services.edge_gateway.event_stream import StreamTiming
from services.edge_gateway.open_streams import OpenStreams
from tests.edge_gateway.harness import AsgiCall, answer
from tests.fakes.edge_ports import FakeAnswers

ANA = ("acme", "ana")
META, SOURCES, DELTA, DONE = answer("q_1")


class Relay:
    """A relay as an application, with a scripted core behind it."""

    def __init__(self, *script: Batch | Exception | asyncio.Event, begin_seconds: float = 60) -> None:
        self.core = FakeAnswers()
        self.core.script = list(script)
        self.streams = OpenStreams(total=10, per_owner=2)
        self.relay = AnswerRelay(self.streams, StreamTiming(begin_seconds, heartbeat_seconds=60))
        self.result: bool | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        running = RunningAnswer(ANA, "q_1", self._events())
        self.result = await self.relay.relay(running, receive, send)

    def _events(self) -> AsyncGenerator[Batch, None]:
        return self.core.resume(None, "q_1", 0)  # type: ignore[arg-type]

    def start(self) -> AsgiCall:
        return AsgiCall(self, "GET", "/", {}).start()

    def assert_all_free(self) -> None:
        assert self.core.running == 0
        assert len(self.streams) == 0


def bodies(call: AsgiCall) -> list[bytes]:
    return [m["body"] for m in (call.sent.get_nowait() for _ in range(call.sent.qsize())) if "body" in m]


async def test_events_that_come_together_are_sent_together() -> None:
    relay = Relay((META, SOURCES), (DELTA,), (DONE,))
    call = relay.start()
    await call.finish()

    sent = bodies(call)
    assert [body.count(b"event: ") for body in sent] == [2, 1, 1]
    assert relay.result is True
    relay.assert_all_free()


async def test_the_answer_is_over_for_the_reader_before_the_call_is_over_for_the_core() -> None:
    hold = asyncio.Event()
    relay = Relay((META,), (DONE,), hold)
    call = relay.start()
    for _ in range(2):
        await call.next()

    assert (await call.next())["more_body"] is False
    hold.set()
    await call.finish()
    relay.assert_all_free()


async def test_a_core_that_does_not_hang_up_is_left_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.edge_gateway.answer_relay._STATUS_SECONDS", 0.01)
    relay = Relay((META,), (DONE,), asyncio.Event())
    call = relay.start()

    await call.finish()

    relay.assert_all_free()


async def test_an_error_before_the_first_event_is_the_routes() -> None:
    relay = Relay(Conflict("An answer is running.", info={"query_id": "q_0"}))
    call = relay.start()

    with pytest.raises(Conflict):
        await call.finish()
    assert call.sent.empty()
    relay.assert_all_free()


async def test_an_error_after_the_beginning_is_an_event_without_a_number() -> None:
    relay = Relay((META,), ModelFailed("all of them"))
    call = relay.start()
    await call.finish()

    last = bodies(call)[-1]
    assert last.startswith(b"event: error\n")
    assert b'"kind":"model_failed"' in last
    relay.assert_all_free()


async def test_an_error_after_a_late_beginning_is_an_event_as_well() -> None:
    late = asyncio.Event()
    relay = Relay(late, Overloaded("no"), begin_seconds=0.01)
    call = relay.start()
    assert (await call.next())["status"] == 200
    await call.next()

    late.set()
    await call.finish()

    assert b'"kind":"overloaded"' in bodies(call)[-1]


async def test_an_end_without_done_is_told_as_a_failure() -> None:
    relay = Relay((META,), (DELTA,))
    call = relay.start()
    await call.finish()

    last = bodies(call)[-1]
    assert last.startswith(b"event: error\n")
    assert b'"retryable":true' in last


async def test_an_answer_without_events_begins_no_response() -> None:
    relay = Relay()
    call = relay.start()
    await call.finish()

    assert relay.result is False
    assert call.sent.empty()


async def test_an_error_after_done_is_nobodys_business() -> None:
    relay = Relay((META,), (DONE,), Overloaded("late"))
    call = relay.start()
    await call.finish()

    assert b"error" not in b"".join(bodies(call))


@pytest.mark.parametrize("script", [[], [(META,)], [(META,), (DELTA,)]])
async def test_a_reader_that_leaves_frees_everything(script: list[Batch]) -> None:
    relay = Relay(*script, asyncio.Event())
    call = relay.start()
    if script:
        await call.next()

    call.disconnect()
    await call.finish()

    assert relay.core.closed.is_set()
    relay.assert_all_free()


async def test_a_reader_that_leaves_while_it_takes_nothing_frees_everything() -> None:
    relay = Relay((META,), (DELTA,), (DONE,))
    call = AsgiCall(relay, "GET", "/", {})
    call.hold_sends = asyncio.Event()
    call.start()
    await asyncio.sleep(0)

    call.disconnect()
    await call.finish()

    relay.assert_all_free()


async def test_a_stopping_edge_asks_the_reader_to_reconnect() -> None:
    relay = Relay((META,), asyncio.Event())
    call = relay.start()
    await call.next()
    await call.next()

    relay.streams.move_on()
    await call.finish()

    last = await call.next()
    assert last["more_body"] is False
    assert last["body"].startswith(b"retry: ")
    assert b'"code":"reconnect"' in last["body"]
    relay.assert_all_free()


async def test_a_stopping_edge_refuses_what_has_not_begun() -> None:
    relay = Relay(asyncio.Event())
    call = relay.start()
    while not relay.core.running:
        await asyncio.sleep(0)

    relay.streams.move_on()

    with pytest.raises(Overloaded):
        await call.finish()
    relay.assert_all_free()


async def test_an_unexpected_fault_is_not_hidden_and_frees_everything() -> None:
    relay = Relay((META,), KeyError("a fault of ours"))
    call = relay.start()

    with pytest.raises(KeyError):
        await call.finish()
    relay.assert_all_free()


async def test_no_task_is_left_behind() -> None:
    before = asyncio.all_tasks()
    for _ in range(3):
        relay = Relay((META,), (DONE,))
        await relay.start().finish()
        leaving = Relay((META,), asyncio.Event()).start()
        await leaving.next()
        leaving.disconnect()
        await leaving.finish()
    for _ in range(3):
        await asyncio.sleep(0)

    assert asyncio.all_tasks() == before
