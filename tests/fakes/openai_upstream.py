"""A real OpenAI-compatible HTTP server on loopback that plays a script."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Fault = Literal[
    "none",
    "dies_before_first",
    "dies_midway",
    "ends_without_finish",
    "status_500",
    "status_401",
    "stalls_before_first",
    "stalls_midway",
    "error_event",
    "nonsense",
    "filtered",
]


@dataclass
class Script:
    """What the server does with a request.

    Attributes:
        words: The pieces of the answer.
        fault: How it misbehaves; midway means after half of the words.
        pace: Seconds between two words.
        finish: The finish reason.
        usage: Whether a usage chunk follows.
        done: Whether `[DONE]` follows.
        keep: Whether the connection may serve again.
    """

    words: tuple[str, ...] = ("Tea ", "is ", "served ", "at ", "four ", "[1].")
    fault: Fault = "none"
    pace: float = 0.0
    finish: str = "stop"
    usage: bool = True
    done: bool = True
    keep: bool = True


@dataclass
class Upstream:
    """The server as a test sees it.

    Attributes:
        script: What it does next.
        requests: Bodies of the requests so far.
        keys: Their authorization headers.
        closed: Set once a client closed the connection before the end.
        streaming: Set once an answer has begun.
        base_url: Where it listens, `/v1` included.
    """

    script: Script = field(default_factory=Script)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    streaming: asyncio.Event = field(default_factory=asyncio.Event)
    connections: set[int] = field(default_factory=set)
    base_url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers one completion."""
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        self.connections.add(id(request.transport))
        script = self.script
        if script.fault in ("status_500", "status_401"):
            status = 500 if script.fault == "status_500" else 401
            return web.json_response({"error": {"message": "no"}}, status=status)
        if script.fault == "stalls_before_first":
            await self._wait_for_close()
        if script.fault == "dies_before_first":
            assert request.transport is not None
            request.transport.abort()
        return await self._stream(request, script)

    async def _stream(self, request: web.Request, script: Script) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        if not script.keep:
            response.force_close()
        await response.prepare(request)
        try:
            await self._send_words(request, response, script)
        except (ConnectionResetError, asyncio.CancelledError):
            self.closed.set()
            raise
        return response

    async def _send_words(self, request: web.Request, response: web.StreamResponse, script: Script) -> None:
        halfway = len(script.words) // 2
        for place, word in enumerate(script.words):
            if place == halfway and await self._misbehaves(request, response, script.fault):
                return
            await _send(response, _chunk({"content": word}))
            self.streaming.set()
            if script.pace:
                await asyncio.sleep(script.pace)
        if script.fault == "ends_without_finish":
            return
        reason = "content_filter" if script.fault == "filtered" else script.finish
        await _send(response, _chunk({}, finish=reason))
        if script.usage:
            counts = {"prompt_tokens": 12, "completion_tokens": 6, "total_tokens": 18}
            await _send(response, {**_chunk({}), "choices": [], "usage": counts})
        if script.done:
            await response.write(b"data: [DONE]\n\n")

    async def _misbehaves(self, request: web.Request, response: web.StreamResponse, fault: Fault) -> bool:
        if fault == "dies_midway":
            assert request.transport is not None
            request.transport.abort()
        elif fault == "stalls_midway":
            await self._wait_for_close()
        elif fault == "error_event":
            await _send(response, {"error": {"message": "overloaded", "type": "server_error", "code": 500}})
        elif fault == "nonsense":
            await response.write(b"data: {not json\n\n")
        return fault in ("dies_midway", "stalls_midway", "error_event", "nonsense")

    async def _wait_for_close(self) -> None:
        """Says nothing until the client goes away, which cancels the handler."""
        try:
            await asyncio.Event().wait()
        finally:
            self.closed.set()


@asynccontextmanager
async def openai_upstream(words: Iterable[str] = ()) -> AsyncIterator[Upstream]:
    """Runs the server on a free port."""
    upstream = Upstream()
    if words:
        upstream.script = Script(words=tuple(words))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", upstream.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    upstream.base_url = f"http://127.0.0.1:{port}/v1"
    try:
        yield upstream
    finally:
        await runner.cleanup()


@contextmanager
def openai_upstream_in_a_thread(words: Iterable[str] = ()) -> Iterator[Upstream]:
    """Runs the server on a loop of its own, beside a test that blocks."""
    started, stop = threading.Event(), asyncio.Event()
    found: list[Upstream] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with openai_upstream(words) as upstream:
            found.append(upstream)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "test-model",
        "choices": [choice],
    }


async def _send(response: web.StreamResponse, chunk: dict[str, Any]) -> None:
    await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
