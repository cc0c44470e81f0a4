"""What a chat model must do, whatever is behind it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from services.generation.chat_model import ChatModel, Finished, ModelError, Piece
from services.generation.events import Usage
from tests.fakes.openai_upstream import Fault, Script, Upstream
from tests.generation.examples import task

ANSWER = "Tea is served at four [1]."


async def collect(model: ChatModel) -> list[Piece]:
    """Every piece of one answer."""
    async with asyncio.timeout(30), aclosing(model.stream(task())) as pieces:
        return [piece async for piece in pieces]


async def collect_until_failure(model: ChatModel) -> tuple[str, ModelError | None]:
    """The text before a failure, and the failure."""
    text = ""
    try:
        async with asyncio.timeout(30), aclosing(model.stream(task())) as pieces:
            async for piece in pieces:
                text += piece if isinstance(piece, str) else ""
    except ModelError as error:
        return text, error
    return text, None


class ChatModelContract:
    """Subclasses bring the fixtures `model` and `upstream`."""

    async def test_text_streams_and_ends_with_the_usage(self, model: ChatModel, upstream: Upstream) -> None:
        *texts, finished = await collect(model)
        assert "".join(str(text) for text in texts) == ANSWER
        assert isinstance(finished, Finished)
        assert finished.reason == "stop"
        assert (finished.usage.prompt_tokens, finished.usage.completion_tokens) == (12, 6)

    async def test_an_answer_that_was_cut_at_its_limit_says_so(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(finish="length", usage=False)
        finished = (await collect(model))[-1]
        assert isinstance(finished, Finished)
        assert finished.reason == "length"

    async def test_the_first_piece_comes_before_the_last_is_sent(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(fault="stalls_midway")
        async with asyncio.timeout(30), aclosing(model.stream(task())) as pieces:
            assert str(await anext(pieces)).startswith("Tea")

    async def test_an_end_without_a_finish_marker_is_no_finish(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(fault="ends_without_finish")
        assert not any(isinstance(piece, Finished) for piece in await collect(model))

    @pytest.mark.parametrize("fault", ["status_500", "status_401"])
    async def test_a_refusal_before_the_first_text_is_a_model_error(
        self, fault: Fault, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(fault=fault)
        text, error = await collect_until_failure(model)
        assert text == ""
        assert error is not None
        assert error.fault == "refused"

    async def test_a_connection_that_dies_at_once_is_a_model_error(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(fault="dies_before_first")
        text, error = await collect_until_failure(model)
        assert text == ""
        assert error is not None

    async def test_a_connection_that_dies_midway_keeps_its_text_and_fails(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(fault="dies_midway")
        text, error = await collect_until_failure(model)
        assert error is not None
        assert ANSWER.startswith(text)

    async def test_every_request_is_sent_once(self, model: ChatModel, upstream: Upstream) -> None:
        upstream.script = Script(fault="status_500")
        await collect_until_failure(model)
        assert len(upstream.requests) == 1

    async def test_closing_the_stream_closes_the_connection(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(fault="stalls_midway")
        async with aclosing(model.stream(task())) as pieces:
            await anext(pieces)
        async with asyncio.timeout(2):
            await upstream.closed.wait()

    async def test_a_cancelled_reader_closes_the_connection(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(fault="stalls_midway")
        reading = asyncio.create_task(collect(model))
        async with asyncio.timeout(30):
            await upstream.streaming.wait()
        reading.cancel()
        async with asyncio.timeout(2):
            await upstream.closed.wait()
        with pytest.raises(asyncio.CancelledError):
            await reading

    async def test_a_server_that_counts_no_tokens_costs_nothing(
        self, model: ChatModel, upstream: Upstream
    ) -> None:
        upstream.script = Script(usage=False)
        finished = (await collect(model))[-1]
        assert isinstance(finished, Finished)
        assert finished.usage in (Usage(), finished.usage)
