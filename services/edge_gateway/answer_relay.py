"""Relays an answer from the core to its reader, for as long as both are there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass

from starlette.types import Receive, Send

from libs.common.errors import CausewayError, DependencyUnavailable, Overloaded
from services.edge_gateway.answers import Batch
from services.edge_gateway.event_stream import EventStream, StreamTiming
from services.edge_gateway.interruption import Interruption
from services.edge_gateway.open_streams import OpenStreams
from services.edge_gateway.session import Owner
from services.edge_gateway.sse import error_frame, frames, reconnect_frame

_RECONNECT_MS = 500
_STATUS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RunningAnswer:
    """An answer that is to be relayed.

    Attributes:
        owner: Who reads it.
        query_id: Its id.
        events: Where its events come from; closed in any case.
    """

    owner: Owner
    query_id: str
    events: AsyncGenerator[Batch, None]


class AnswerRelay:
    """Streams answers.

    A reader that leaves frees everything here at once; the answer itself goes on in the core.
    """

    def __init__(self, streams: OpenStreams, timing: StreamTiming) -> None:
        self._streams = streams
        self._timing = timing

    async def relay(self, answer: RunningAnswer, receive: Receive, send: Send) -> bool:
        """Streams the events of an answer as a whole response.

        Returns:
            Whether a response was begun; without one there was no event to send.

        Raises:
            CausewayError: The core failed before the response began; after that an error is an event.
        """
        with self._streams.hold(answer.owner) as interruption, EventStream(send, self._timing) as stream:
            watch = asyncio.create_task(_watch(receive, interruption))
            try:
                with interruption:
                    await _pump(answer, stream, interruption)
            finally:
                watch.cancel()
            if interruption.reason == "draining" and not await stream.end_with(
                reconnect_frame(_RECONNECT_MS)
            ):
                raise Overloaded("This edge is about to stop; try again.", retry_after_ms=_RECONNECT_MS)
            return stream.begun or interruption.reason == "disconnected"


async def _pump(answer: RunningAnswer, stream: EventStream, interruption: Interruption) -> None:
    complete = False
    try:
        async with aclosing(answer.events):
            async for batch in answer.events:
                complete = batch[-1].last
                if complete:
                    interruption.release()
                await stream.write(frames(answer.query_id, batch), last=complete)
                if complete:
                    await _take_status(answer.events)
                    return
    except CausewayError as error:
        if not await stream.end_with(error_frame(error)):
            raise
    else:
        # An end without done or error is a truncation, and must not look like a success.
        await stream.end_with(error_frame(DependencyUnavailable("The answer broke off; resume it.")))


async def _take_status(events: AsyncGenerator[Batch, None]) -> None:
    # The reader has everything; taking the call's status too spares the core a cancelled call.
    with suppress(TimeoutError, CausewayError):
        async with asyncio.timeout(_STATUS_SECONDS):
            async for _ in events:
                pass


async def _watch(receive: Receive, interruption: Interruption) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    interruption.interrupt("disconnected")
