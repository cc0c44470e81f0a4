"""Both clients search a running retrieval alike, page through it, and keep their deadline."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Unpack

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from causeway_client import (
    AsyncCausewayClient,
    CausewayClient,
    ClientClosed,
    DeadlineExceeded,
    Forbidden,
    IndexState,
    InvalidRequest,
    Options,
    Passage,
    SearchFilter,
    SearchOptions,
    SearchResult,
    Unauthenticated,
)
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.clients.conftest import BOARD, FOREIGN, JACKETS, RADIO
from tests.clients.team import target, token
from tests.fakes.scripted_retrieval import Behaviour, ScriptedRetrieval, answering, paging, scripted
from tests.retrieval.running_server import Running


class InThreads:
    """The sync client with the face of the async one."""

    def __init__(self, client: CausewayClient) -> None:
        self.client = client

    async def search(self, query: str, **options: Any) -> SearchResult:
        return await asyncio.to_thread(lambda: self.client.search(query, **options))

    async def search_pages(self, query: str, **options: Unpack[SearchOptions]) -> AsyncIterator[SearchResult]:
        for page in await asyncio.to_thread(lambda: list(self.client.search_pages(query, **options))):
            yield page

    async def iterate(self, query: str, **options: Any) -> AsyncIterator[Passage]:
        for passage in await asyncio.to_thread(lambda: list(self.client.iterate(query, **options))):
            yield passage

    async def get_passages(self, ids: list[str], **options: Any) -> tuple[Passage, ...]:
        return await asyncio.to_thread(lambda: self.client.get_passages(ids, **options))

    async def get_index(self) -> IndexState:
        return await asyncio.to_thread(self.client.get_index)


Client = AsyncCausewayClient | InThreads


@asynccontextmanager
async def sync_client(*arguments: Any) -> AsyncIterator[Client]:
    with CausewayClient(*arguments) as client:
        yield InThreads(client)


@asynccontextmanager
async def async_client(*arguments: Any) -> AsyncIterator[Client]:
    async with AsyncCausewayClient(*arguments) as client:
        yield client


pytestmark = pytest.mark.asyncio(loop_scope="module")

both = pytest.mark.parametrize("connect", [sync_client, async_client])
Connect = Callable[..., Any]


@both
async def test_a_team_searches_its_tenant(connect: Connect, running: Running) -> None:
    async with connect(target(running), token(running)) as client:
        found = await client.search("radio battery", k=1)

    (passage,) = found.passages
    assert (passage.passage_id, passage.text, passage.url) == (RADIO.passage_id, RADIO.text, RADIO.url)
    assert passage.heading_path == ("Guide", "Part")
    assert passage.scores.fused is not None
    assert found.content_revision == 1
    assert found.timings.total_ms > 0
    assert found.degradations == ()


@both
async def test_access_tags_widen_and_tenants_do_not_mix(connect: Connect, running: Running) -> None:
    async def seen(*access: str) -> set[str]:
        async with connect(target(running), token(running, *access)) as client:
            return {passage.passage_id for passage in (await client.search("radio", k=50)).passages}

    assert BOARD.passage_id not in await seen()
    assert BOARD.passage_id in await seen("board")
    assert FOREIGN.passage_id not in await seen("board")


@both
async def test_a_filter_narrows(connect: Connect, running: Running) -> None:
    async with connect(target(running), token(running)) as client:
        found = await client.search("radio", filter=SearchFilter(tags_any=("radio",)))

    assert [passage.passage_id for passage in found.passages] == [RADIO.passage_id]


@both
async def test_passages_come_in_the_order_of_their_ids(connect: Connect, running: Running) -> None:
    async with connect(target(running), token(running)) as client:
        found = await client.get_passages([JACKETS.passage_id, FOREIGN.passage_id, RADIO.passage_id])

    assert [passage.text for passage in found] == [JACKETS.text, RADIO.text]


@both
async def test_the_state_of_the_index_is_told(connect: Connect, running: Running) -> None:
    async with connect(target(running), token(running, tenant="globex")) as client:
        state = await client.get_index()

    assert (state.content_revision, state.passages, state.embedder) == (1, 1, "fake-1")


@both
async def test_a_wrong_request_names_its_field(connect: Connect, running: Running) -> None:
    async with connect(target(running), token(running)) as client:
        with pytest.raises(InvalidRequest) as caught:
            await client.search("radio", k=51)

    assert caught.value.field == "k"


@both
async def test_wrong_tokens_are_refused(connect: Connect, running: Running) -> None:
    ((_, ingest),) = running.keys.team("acme", "ingest")
    async with connect(target(running), "nothing") as client:
        with pytest.raises(Unauthenticated):
            await client.search("radio")
    async with connect(target(running), ingest.removeprefix("Bearer ")) as client:
        with pytest.raises(Forbidden):
            await client.search("radio")


@both
async def test_a_function_is_asked_for_the_token_of_each_call(connect: Connect) -> None:
    tokens = iter(["first", "second"])
    options = Options(priority="background")
    async with (
        scripted(answering()) as retrieval,
        connect(retrieval.target, tokens.__next__, options) as client,
    ):
        await client.search("radio")
        await client.search("radio")

    sent = [call.metadata for call in retrieval.calls]
    assert [each["authorization"] for each in sent] == ["Bearer first", "Bearer second"]
    assert {each["x-causeway-priority"] for each in sent} == {"background"}
    assert all(each["user-agent"].startswith("causeway-client-python") for each in sent)


@both
async def test_pages_follow_each_other_to_the_last(connect: Connect) -> None:
    ids = [str(number) for number in range(5)]
    async with scripted(paging(ids)) as retrieval, connect(retrieval.target, "t") as client:
        pages = [
            [passage.passage_id for passage in page.passages]
            async for page in client.search_pages("radio", k=2, profile="p")
        ]

    assert pages == [["0", "1"], ["2", "3"], ["4"]]
    assert {(call.request.query, call.request.k, call.request.profile) for call in retrieval.calls} == {
        ("radio", 2, "p")
    }


@both
@pytest.mark.parametrize(("limit", "calls"), [(None, 3), (0, 0), (1, 1), (2, 1), (3, 2), (9, 3)])
async def test_no_more_pages_are_asked_for_than_are_needed(
    connect: Connect, limit: int | None, calls: int
) -> None:
    ids = [str(number) for number in range(5)]
    async with scripted(paging(ids)) as retrieval, connect(retrieval.target, "t") as client:
        found = [passage.passage_id async for passage in client.iterate("radio", limit=limit, k=2)]

    assert found == ids[:limit]
    assert len(retrieval.calls) == calls


@both
async def test_a_limit_below_zero_is_a_mistake_and_asks_nothing(connect: Connect) -> None:
    async with scripted(paging(["0", "1"])) as retrieval, connect(retrieval.target, "t") as client:
        with pytest.raises(ValueError, match="limit is -1; give 0 or more"):
            [passage async for passage in client.iterate("radio", limit=-1)]
    assert not retrieval.calls


@both
async def test_a_page_that_fails_ends_the_iteration_with_its_error(connect: Connect) -> None:
    pages = paging(["0", "1", "2"], failing_at=1)
    async with scripted(pages) as retrieval, connect(retrieval.target, "t") as client:
        with pytest.raises(InvalidRequest):
            _ = [passage async for passage in client.iterate("radio", k=1)]


def hanging(released: asyncio.Event) -> Behaviour:
    async def hang(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        try:
            await asyncio.Event().wait()
        finally:
            released.set()
        raise AssertionError

    return hang


@both
async def test_every_call_has_a_deadline(connect: Connect) -> None:
    async with scripted(answering()) as retrieval:
        async with connect(retrieval.target, "t", Options(timeout=30)) as client:
            await client.search("radio")
            await client.search("radio", timeout=90)
        async with connect(retrieval.target, "t") as client:
            await client.search("radio")

    by_options, by_call, by_default = (call.seconds_left for call in retrieval.calls)
    assert 3 < by_options < 31 < by_call < 91
    assert by_default < 3


@both
async def test_a_service_that_hangs_is_left_at_the_deadline(connect: Connect) -> None:
    released = asyncio.Event()
    async with scripted(hanging(released)) as retrieval, connect(retrieval.target, "t") as client:
        with pytest.raises(DeadlineExceeded):
            await client.search("radio", timeout=0.2)
        await asyncio.wait_for(released.wait(), 10)


async def test_a_cancelled_search_is_cancelled_at_the_service() -> None:
    released = asyncio.Event()
    options = Options(timeout=60)
    async with (
        scripted(hanging(released)) as retrieval,
        AsyncCausewayClient(retrieval.target, "t", options) as client,
    ):
        search = asyncio.create_task(client.search("radio"))
        async with asyncio.timeout(20):
            while not retrieval.calls:
                await asyncio.sleep(0)
        search.cancel()
        with pytest.raises(asyncio.CancelledError):
            await search
        await asyncio.wait_for(released.wait(), 10)


async def test_many_calls_at_once_use_more_connections_than_one() -> None:
    """A server takes 100 calls a connection; one more on it would hang."""
    everybody = asyncio.Event()
    waiting = 0

    async def wait_for_all(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        nonlocal waiting
        waiting += 1
        if waiting == 150:
            everybody.set()
        await everybody.wait()
        return pb.SearchResponse()

    options = Options(timeout=60)
    async with (
        scripted(wait_for_all) as retrieval,
        AsyncCausewayClient(retrieval.target, "t", options) as client,
    ):
        await asyncio.gather(*(client.search("radio") for _ in range(150)))

    assert len({call.peer for call in retrieval.calls}) == 2


async def test_threads_share_a_client() -> None:
    async with scripted(answering()) as retrieval:
        with CausewayClient(retrieval.target, "t", Options(timeout=30)) as client:
            threads = [threading.Thread(target=client.search, args=("radio",)) for _ in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                await asyncio.to_thread(thread.join)

    assert len(retrieval.calls) == 16


@both
async def test_the_callers_trace_goes_on(connect: Connect) -> None:
    tracer = TracerProvider().get_tracer("team")
    async with scripted(answering()) as retrieval, connect(retrieval.target, "t") as client:
        with tracer.start_as_current_span("lookup") as span:
            await client.search("radio")
            expected = trace.format_trace_id(span.get_span_context().trace_id)
        await client.search("radio")

    inside, outside = (call.metadata for call in retrieval.calls)
    assert inside["traceparent"].split("-")[1] == expected
    assert "traceparent" not in outside


async def begun(retrieval: ScriptedRetrieval) -> None:
    async with asyncio.timeout(10):
        while not retrieval.calls:
            await asyncio.sleep(0)


@both
async def test_a_call_that_is_under_way_when_its_client_is_closed_says_so(connect: Connect) -> None:
    async with scripted(hanging(asyncio.Event())) as retrieval:
        async with connect(retrieval.target, "t", Options(timeout=30)) as client:
            under_way = asyncio.create_task(client.search("radio"))
            await begun(retrieval)
        with pytest.raises(ClientClosed):
            async with asyncio.timeout(10):
                await under_way


async def test_who_cancels_a_call_and_then_closes_the_client_has_cancelled_it() -> None:
    async with scripted(hanging(asyncio.Event())) as retrieval:
        async with AsyncCausewayClient(retrieval.target, "t", Options(timeout=30)) as client:
            under_way = asyncio.create_task(client.search("radio"))
            await begun(retrieval)
            under_way.cancel()
        with pytest.raises(asyncio.CancelledError):
            await under_way


@both
async def test_a_closed_client_refuses(connect: Connect) -> None:
    async with connect("127.0.0.1:1", "t") as client:
        pass
    with pytest.raises(ClientClosed):
        await client.search("radio")
