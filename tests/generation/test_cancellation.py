"""What ends an answer, how soon, and what does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from libs.common.manifest import ModelLink
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.generation.chat_openai import OpenAiChat, open_session
from tests.fakes.openai_upstream import Script, Upstream, openai_upstream
from tests.generation.examples import ANA, manifest, question
from tests.generation.running_server import Running, names, running_server, text_of
from tests.generation.test_searcher_grpc import FakeRetrieval, connected

SOON = 0.1
"""Seconds within which work is cancelled."""
QUERY = "q_" + "a".ljust(24, "0")
WORDS = ("Tea ", "is ", "served ", "at ", "four ", "[1].")


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with openai_upstream(WORDS) as running:
        yield running


@pytest.fixture
async def server(tmp_path: Path, upstream: Upstream) -> AsyncIterator[Running]:
    """Answers with a model behind HTTP."""
    async with (
        open_session() as session,
        running_server(tmp_path, manifest(ModelLink(kind="litellm", model="one"))) as running,
    ):
        running.models["one"] = OpenAiChat(session, "one", upstream.base_url)
        yield running


async def until(condition: Callable[[], bool]) -> float:
    """Waits, within bounds, and returns for how long."""
    began = time.perf_counter()
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)
    return time.perf_counter() - began


async def test_a_stop_closes_the_providers_connection_within_a_tenth_of_a_second(
    server: Running, upstream: Upstream
) -> None:
    upstream.script = Script(words=WORDS, fault="stalls_midway")
    reading = asyncio.create_task(server.answer(server.request()))
    async with asyncio.timeout(10):
        await upstream.streaming.wait()

    began = time.perf_counter()
    stopping = asyncio.create_task(server.stop(QUERY))
    async with asyncio.timeout(10):
        await upstream.closed.wait()
    took = time.perf_counter() - began
    await stopping

    assert took < SOON
    assert (await reading)[-1].done.finish == "stopped"


async def test_a_stop_before_the_first_token_closes_the_providers_connection(
    server: Running, upstream: Upstream
) -> None:
    upstream.script = Script(fault="stalls_before_first")
    reading = asyncio.create_task(server.answer(server.request()))
    await until(lambda: len(upstream.requests) == 1)

    stopping = asyncio.create_task(server.stop(QUERY))

    assert await until(upstream.closed.is_set) < SOON
    await stopping
    assert (await reading)[-1].done.finish == "stopped"


async def test_losing_the_reader_closes_nothing(server: Running, upstream: Upstream) -> None:
    upstream.script = Script(words=WORDS, pace=0.05)
    call = server.ask(server.request())
    stream = aiter(call)
    seen: list[pb.AnswerEvent] = []
    while "delta" not in names(seen):
        seen += (await anext(stream)).events
    call.cancel()

    rest = await server.resume(QUERY, seen[-1].seq)

    assert not upstream.closed.is_set()
    assert names(rest)[-1] == "done"
    assert text_of([*seen, *rest]) == "".join(WORDS)


async def test_the_answers_own_deadline_closes_the_providers_connection(
    server: Running, upstream: Upstream
) -> None:
    upstream.script = Script(words=WORDS, fault="stalls_midway")
    call = server.ask(server.request(), seconds=0.4)
    with suppress(Exception):
        async for _ in call:
            pass

    assert await until(upstream.closed.is_set) < SOON
    last = (await server.resume(QUERY, 0))[-1]
    assert last.error.kind == "deadline_exceeded"


async def test_a_stop_gives_the_search_up(server: Running) -> None:
    searcher = server.searcher
    searcher.gate = asyncio.Event()
    reading = asyncio.create_task(server.answer(server.request()))
    await until(lambda: len(searcher.asked) == 1)

    began = time.perf_counter()
    await server.stop(QUERY)

    assert time.perf_counter() - began < SOON
    assert (await reading)[-1].done.finish == "stopped"


async def test_a_search_that_is_given_up_ends_at_retrieval_within_a_tenth_of_a_second(tmp_path: Path) -> None:
    ended = asyncio.Event()

    class Slow(FakeRetrieval):
        async def Search(self, request: object, context: object) -> object:  # type: ignore[override]  # noqa: N802
            self.requests.append(request)  # type: ignore[arg-type]
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            return None

    retrieval = Slow()
    async with connected(tmp_path, retrieval) as searcher:
        searching = asyncio.create_task(searcher.search(ANA, question(), "", 10.0))
        await until(lambda: len(retrieval.requests) == 1)

        searching.cancel()

        assert await until(ended.is_set) < SOON
    assert searching.cancelled()
