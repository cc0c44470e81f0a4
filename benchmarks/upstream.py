"""A paced OpenAI-compatible server, in a process of its own: `python -m benchmarks.upstream --port N`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import orjson
import uvicorn

from benchmarks.answer_text import answer_tokens
from benchmarks.cores import pin
from benchmarks.script import Script

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MODEL = "paced"
_STREAM = (b"content-type", b"text/event-stream; charset=utf-8")
_JSON = (b"content-type", b"application/json")
_END = b"data: [DONE]\n\n"
_KEEP_ALIVE_SECONDS = 120


class Upstream:
    """The server as an ASGI application.

    `POST /v1/chat/completions` streams an answer, `POST /script` changes how, `GET /healthz` says that
    it is there.
    """

    def __init__(self, script: Script) -> None:
        self._script = script

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        path, body = scope["path"], await _body(receive)
        if path.endswith("/chat/completions"):
            await self._complete(body, send)
        elif path == "/script":
            self._script = Script.from_json(body)
            await _respond(send, 200, b"{}")
        else:
            await _respond(send, 200 if path == "/healthz" else 404, b"{}")

    async def _complete(self, body: bytes, send: Send) -> None:
        loop = asyncio.get_running_loop()
        script, due = self._script, loop.time() + self._script.first_ms / 1000
        request = orjson.loads(body)
        if not request.get("stream"):
            await _respond(send, 400, b'{"error": {"message": "Ask for a stream."}}')
            return
        prompt = "\n".join(_content(message) for message in request["messages"])
        tokens = answer_tokens(prompt, script.tokens, cited=script.cited)
        pieces = [_chunk({"content": token}) for token in tokens]
        await _sleep_until(loop, due)
        await send({"type": "http.response.start", "status": 200, "headers": [_STREAM]})
        if script.pace_ms:
            for place, piece in enumerate(pieces):
                await _sleep_until(loop, due + place * script.pace_ms / 1000)
                await _send(send, piece)
            pieces = []
        await _send(send, b"".join([*pieces, *_ending(len(tokens))]), more=False)


def _ending(tokens: int) -> Iterable[bytes]:
    usage = {"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1}
    return (_chunk({}, finish="stop"), _write({**_FRAME, "choices": [], "usage": usage}), _END)


_FRAME: dict[str, Any] = {
    "id": "chatcmpl-0000000000000000",
    "object": "chat.completion.chunk",
    "created": 1_700_000_000,
    "model": MODEL,
}


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    return _write({**_FRAME, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _write(chunk: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(chunk) + b"\n\n"


def _content(message: dict[str, Any]) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else ""


async def _sleep_until(loop: asyncio.AbstractEventLoop, due: float) -> None:
    left = due - loop.time()
    if left > 0:
        await asyncio.sleep(left)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _respond(send: Send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [_JSON]})
    await _send(send, body, more=False)


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def main() -> None:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--core", type=int)
    arguments = parser.parse_args()
    pin(arguments.core)
    uvicorn.run(
        Upstream(Script()),
        host="127.0.0.1",
        port=arguments.port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )


if __name__ == "__main__":
    main()
