"""What every chat model does, proved against a real HTTP server; and what the direct path does beyond."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import aiohttp
import pytest

from services.generation.chat_model import Finished, ModelError
from services.generation.chat_openai import OpenAiChat, open_session
from tests.fakes.openai_upstream import Script, Upstream, openai_upstream
from tests.generation.chat_contract import ChatModelContract, collect
from tests.generation.examples import task


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with openai_upstream() as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
def model(upstream: Upstream, session: aiohttp.ClientSession) -> OpenAiChat:
    return OpenAiChat(session, "test-model", upstream.base_url, "sk-secret")


class TestDirect(ChatModelContract):
    """The direct path keeps the contract."""


async def test_the_request_is_what_compatible_servers_expect(model: OpenAiChat, upstream: Upstream) -> None:
    await collect(model)
    assert upstream.requests == [
        {
            "model": "test-model",
            "messages": [
                {"role": "system", "content": "Answer from the sources."},
                {"role": "user", "content": "When is tea served?"},
            ],
            "max_tokens": 200,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]
    assert upstream.keys == ["Bearer sk-secret"]


async def test_without_a_key_none_is_sent(session: aiohttp.ClientSession, upstream: Upstream) -> None:
    await collect(OpenAiChat(session, "test-model", upstream.base_url + "/"))
    assert upstream.keys == [""]


async def test_the_connection_serves_the_next_answer_too(model: OpenAiChat, upstream: Upstream) -> None:
    await collect(model)
    await collect(model)
    assert len(upstream.connections) == 1


@pytest.mark.parametrize("fault", ["error_event", "filtered"])
async def test_an_answer_that_the_provider_breaks_off_is_refused(
    fault: str, model: OpenAiChat, upstream: Upstream
) -> None:
    upstream.script = Script(fault=fault)  # type: ignore[arg-type]
    with pytest.raises(ModelError) as raised:
        await collect(model)
    assert raised.value.fault == "refused"


async def test_nonsense_in_the_stream_is_malformed(model: OpenAiChat, upstream: Upstream) -> None:
    upstream.script = Script(fault="nonsense")
    with pytest.raises(ModelError) as raised:
        await collect(model)
    assert raised.value.fault == "malformed"


async def test_done_alone_is_a_finish_marker(model: OpenAiChat, upstream: Upstream) -> None:
    upstream.script = Script(finish="", usage=False)
    assert (await collect(model))[-1] == Finished("stop")


async def test_a_server_without_a_done_line_is_understood(model: OpenAiChat, upstream: Upstream) -> None:
    upstream.script = Script(done=False, usage=False)
    assert (await collect(model))[-1] == Finished("stop")


async def test_nothing_listens() -> None:
    async with open_session() as session:
        model = OpenAiChat(session, "test-model", "http://127.0.0.1:9/v1")
        with pytest.raises(ModelError) as raised:
            await collect(model)
    assert raised.value.fault == "unreachable"


async def test_text_split_inside_a_character_arrives_whole(session: aiohttp.ClientSession) -> None:
    """The line splitter works on bytes: a letter of two bytes may come in two packets."""
    line = 'data: {"choices":[{"delta":{"content":"Käse “é”"},"finish_reason":"stop"}]}\r\n\r\n'.encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        for byte in line:
            writer.write(bytes([byte]))
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        model = OpenAiChat(session, "test-model", f"http://127.0.0.1:{port}/v1")
        async with aclosing(model.stream(task())) as pieces:
            text = "".join([piece async for piece in pieces if isinstance(piece, str)])
    assert text == "Käse “é”"
