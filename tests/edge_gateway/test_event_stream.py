"""One stream of events."""

from __future__ import annotations

import asyncio
from typing import Any

from services.edge_gateway.event_stream import EventStream, StreamTiming
from services.edge_gateway.sse import HEARTBEAT

NEVER = StreamTiming(begin_seconds=60, heartbeat_seconds=60)


class Reader:
    """Receives what is sent; may refuse to take it for a while."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.taking = asyncio.Event()
        self.taking.set()

    async def send(self, message: Any) -> None:
        await self.taking.wait()
        self.messages.put_nowait(message)

    async def next(self) -> Any:
        return await asyncio.wait_for(self.messages.get(), 5)

    def drain(self) -> list[Any]:
        return [self.messages.get_nowait() for _ in range(self.messages.qsize())]


def tick(stream: EventStream) -> None:
    """Lets the timer's moment come now."""
    if stream._timer is not None:
        stream._timer.cancel()
    stream._tick()


async def test_the_first_events_begin_the_response_with_a_heartbeat_before_them() -> None:
    reader = Reader()
    with EventStream(reader.send, NEVER) as stream:
        await stream.write(b"event: meta\n\n")

    start, body = reader.drain()
    assert start["status"] == 200
    assert dict(start["headers"]) == {
        b"content-type": b"text/event-stream; charset=utf-8",
        b"cache-control": b"no-store",
        b"x-accel-buffering": b"no",
    }
    assert body == {
        "type": "http.response.body",
        "body": HEARTBEAT + b"event: meta\n\n",
        "more_body": True,
    }


async def test_the_last_events_end_the_response() -> None:
    reader = Reader()
    with EventStream(reader.send, NEVER) as stream:
        await stream.write(b"a")
        await stream.write(b"b", last=True)

    bodies = reader.drain()[1:]
    assert [(m["body"], m["more_body"]) for m in bodies] == [(HEARTBEAT + b"a", True), (b"b", False)]


async def test_without_an_event_for_a_while_the_response_begins_with_a_heartbeat_alone() -> None:
    reader = Reader()
    with EventStream(reader.send, StreamTiming(begin_seconds=0.01, heartbeat_seconds=60)) as stream:
        assert (await reader.next())["status"] == 200
        assert (await reader.next())["body"] == HEARTBEAT
        assert stream.begun
        await stream.write(b"a")
        assert (await reader.next())["body"] == b"a"


async def test_heartbeats_go_on_while_nothing_else_does() -> None:
    reader = Reader()
    with EventStream(reader.send, StreamTiming(begin_seconds=60, heartbeat_seconds=0.02)) as stream:
        await stream.write(b"a")
        await reader.next()
        await reader.next()
        tick(stream)
        for _ in range(3):
            assert (await reader.next())["body"] == HEARTBEAT


async def test_a_response_that_has_not_begun_never_does_after_it_was_ended() -> None:
    reader = Reader()
    with EventStream(reader.send, StreamTiming(begin_seconds=0.01, heartbeat_seconds=0.01)) as stream:
        assert await stream.end_with(b"error") is False
        tick(stream)
        await asyncio.sleep(0)

    assert reader.drain() == []


async def test_a_response_that_has_begun_is_ended_once() -> None:
    reader = Reader()
    with EventStream(reader.send, NEVER) as stream:
        await stream.write(b"a")
        assert await stream.end_with(b"b") is True
        assert await stream.end_with(b"c") is True

    assert [m["body"] for m in reader.drain()[1:]] == [HEARTBEAT + b"a", b"b"]


async def test_a_reader_that_takes_nothing_gets_no_heartbeats_on_top() -> None:
    reader = Reader()
    with EventStream(reader.send, NEVER) as stream:
        await stream.write(b"a")
        reader.drain()
        reader.taking.clear()
        writing = asyncio.create_task(stream.write(b"b"))
        await asyncio.sleep(0)
        for _ in range(5):
            stream._last_sent = 0.0
            tick(stream)
        assert stream._beat is None
        reader.taking.set()
        await writing

    assert [m["body"] for m in reader.drain()] == [b"b"]


async def test_no_timer_and_no_task_is_left_behind() -> None:
    reader = Reader()
    reader.taking.clear()
    with EventStream(reader.send, NEVER) as stream:
        tick(stream)
        beat = stream._beat
        assert beat is not None
        await asyncio.sleep(0)
    assert stream._timer is not None
    assert stream._timer.cancelled()
    await asyncio.wait({beat}, timeout=5)
    assert beat.cancelled()


async def test_events_and_heartbeats_do_not_overtake_each_other() -> None:
    reader = Reader()
    with EventStream(reader.send, NEVER) as stream:
        reader.taking.clear()
        first = asyncio.create_task(stream.write(b"1"))
        second = asyncio.create_task(stream.write(b"2"))
        await asyncio.sleep(0)
        reader.taking.set()
        await asyncio.gather(first, second)

    assert [m.get("body") for m in reader.drain()] == [None, HEARTBEAT + b"1", b"2"]
