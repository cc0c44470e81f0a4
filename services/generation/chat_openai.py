"""Talks to OpenAI-compatible servers directly: a few microseconds a token instead of some hundred."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import aiohttp
import orjson

from services.generation.chat_model import Finished, Message, ModelError, Piece, WritingTask
from services.generation.events import Usage

_LONGEST_LINE = 1 << 20
_CONNECTIONS = 512
_CONNECT_SECONDS = 5.0
_DRAIN_SECONDS = 0.05
_END = b"[DONE]"


def open_session() -> aiohttp.ClientSession:
    """Opens the pool of connections that all models share; call it in the running loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
        # The route has its own patience for first and further tokens.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        trust_env=True,
        auto_decompress=True,
    )


class OpenAiChat:
    """A `ChatModel` behind `POST <base_url>/chat/completions`.

    Args:
        session: The pool of connections.
        name: The model's name for the server.
        base_url: Address of the API, usually ending in `/v1`.
        api_key: Sent as bearer; may be empty.
    """

    def __init__(self, session: aiohttp.ClientSession, name: str, base_url: str, api_key: str = "") -> None:
        self._session = session
        self._name = name
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._headers = {"content-type": "application/json", "accept": "text/event-stream"}
        if api_key:
            self._headers["authorization"] = f"Bearer {api_key}"

    @property
    def name(self) -> str:
        """Names the model on the wire."""
        return self._name

    async def stream(self, task: WritingTask) -> AsyncGenerator[Piece, None]:
        """Yields text as it comes, then `Finished`; closing the generator closes the connection.

        Raises:
            ModelError: It failed; whatever was yielded before stands.
        """
        try:
            async with self._session.post(
                self._url, data=self._body(task), headers=self._headers, allow_redirects=False
            ) as response:
                if response.status != HTTPStatus.OK:
                    raise ModelError("refused", f"HTTP {response.status}")
                async for piece in _pieces(response):
                    yield piece
        except aiohttp.ClientPayloadError:
            raise ModelError("truncated", "the connection broke") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ModelError("unreachable", type(error).__name__) from None

    def _body(self, task: WritingTask) -> bytes:
        return orjson.dumps(
            {
                "model": self._name,
                "messages": [_message(message) for message in task.messages],
                "max_tokens": task.max_output_tokens,
                "temperature": 0,
                "stream": True,
                "stream_options": {"include_usage": True},
            }
        )


def _message(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


async def _pieces(response: aiohttp.ClientResponse) -> AsyncGenerator[Piece, None]:
    """Reads the event stream; the text of what arrives together is one piece."""
    reading = _Reading()
    rest = b""
    async for chunk in response.content.iter_any():
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise ModelError("malformed", "a line of the stream is too long")
        text = "".join(reading.texts(lines))
        if text:
            yield text
        if reading.over:
            await _drain(response)
            break
    if reading.reason is not None:
        yield Finished("length" if reading.reason == "length" else "stop", reading.usage)


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Reads to the end, which is due, so that the connection can serve again."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            await response.content.read()


class _Reading:
    """What has been read of one completion."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.usage = Usage()
        self.over = False

    def texts(self, lines: Iterable[bytes]) -> Iterator[str]:
        """Yields the text in some lines and notes everything else."""
        for line in lines:
            if not line.startswith(b"data:"):
                continue  # an empty line, a comment, an event's name
            data = line[5:].strip()
            if data == _END:
                self.over = True
                self.reason = self.reason or "stop"
                return
            if data:
                yield from self._chunk(data)

    def _chunk(self, data: bytes) -> Iterator[str]:
        try:
            chunk = orjson.loads(data)
            usage, choices = chunk.get("usage"), chunk.get("choices") or ()
            for choice in choices[:1]:
                text = choice.get("delta", {}).get("content")
                if text:
                    yield text
                self.reason = choice.get("finish_reason") or self.reason
            if usage:
                self.usage = _usage(usage)
        except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
            raise ModelError("malformed", "a chunk of the stream is not what it should be") from None
        if self.reason == "content_filter" or chunk.get("error"):
            raise ModelError("refused", "the provider broke off with an error")


def _usage(usage: dict[str, Any]) -> Usage:
    return Usage(int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))
