"""The RPCs over a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from libs.common.errors import CausewayError, DependencyUnavailable
from libs.common.manifest import ModelLink
from libs.common.pb.generation.v1 import generation_pb2 as pb
from libs.common.rpc_errors import decode
from services.generation.chat_model import Finished, ModelError
from services.generation.passage import Found
from tests.fakes.scripted_model import ScriptedModel, saying
from tests.generation.examples import ANA, BOB, COFFEE, TEA, manifest, passage
from tests.generation.running_server import Running, names, running_server, settled, text_of

CHAIN = (
    ModelLink(kind="litellm", model="one"),
    ModelLink(kind="litellm", model="two"),
    ModelLink(kind="extractive"),
)
QUERY = "q_" + "a".ljust(24, "0")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    before = {task for task in asyncio.all_tasks() if "answer" in task.get_name()}
    async with running_server(tmp_path, manifest(*CHAIN)) as running:
        running.models["one"] = saying("Tea is served ", "at four [1].", name="one")
        running.models["two"] = saying("At four, in the garden [1].", name="two")
        yield running
    leaked = {task.get_name() for task in asyncio.all_tasks() if not task.done()} - {
        t.get_name() for t in before
    }
    assert not {name for name in leaked if "answer" in name or "citation" in name}


async def refused(awaited: object) -> CausewayError:
    """The error that a call ends with."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await awaited  # type: ignore[misc]
    return decode(raised.value, "generation")


async def until(condition: Callable[[], bool]) -> None:
    """Waits, within bounds, for something that other tasks bring about."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.002)


async def test_an_answer_streams_in_order_and_without_gaps(server: Running) -> None:
    events = await server.answer(server.request())
    assert names(events) == ["meta", "sources", "delta", "delta", "citation", "done"]
    assert [event.seq for event in events] == [1, 2, 3, 4, 5, 6]
    assert text_of(events) == "Tea is served at four [1]."
    done = events[-1].done
    assert (done.finish, done.model, done.refusal_flag) == ("stop", "one", False)
    assert (done.citation_count, list(done.citations)) == (1, [1])
    assert done.timings.total_latency_ms >= done.timings.first_token_ms > 0


async def test_meta_carries_every_version(server: Running) -> None:
    request = server.request(conversation_id="c_1")
    meta = (await server.answer(request))[0].meta
    assert (meta.query_id, meta.conversation_id, meta.manifest_id) == (QUERY, "c_1", request.manifest_id)
    versions = (meta.model_version, meta.prompt_version, meta.policy_version)
    assert versions == ("local-1", "cited-1", "default-1")
    assert (meta.retrieval_profile, meta.index_version, meta.variant) == ("balanced-1", "main", "stable")


async def test_meta_does_not_wait_for_retrieval(server: Running) -> None:
    server.searcher.gate = asyncio.Event()
    call = server.ask(server.request())
    first = await anext(aiter(call))
    assert names(first.events) == ["meta"]
    server.searcher.gate.set()
    call.cancel()


async def test_sources_are_numbered_and_shown(server: Running) -> None:
    server.searcher.found = Found((passage(TEA), passage(COFFEE, title="Kitchen", url="")))
    cards = (await server.answer(server.request()))[1].sources.sources
    assert [(card.n, card.title, card.url) for card in cards] == [
        (1, "House rules", "https://example.org/house#meals"),
        (2, "Kitchen", ""),
    ]
    assert cards[0].snippet.startswith("Tea is served")
    assert cards[0].heading == "Meals"


async def test_retrieval_acts_for_the_caller(server: Running) -> None:
    await server.answer(server.request(page_hint=pb.PageHint(url="https://a.example", title="A")))
    caller, question, profile, seconds = server.searcher.asked[0]
    assert (caller.tenant, caller.subject, profile) == ("acme", "ana", "balanced-1")
    assert (question.page_url, question.page_title) == ("https://a.example", "A")
    assert 0 < seconds <= 5


async def test_the_same_id_and_body_attach_to_the_finished_answer(server: Running) -> None:
    first = await server.answer(server.request())
    again = await server.answer(server.request())
    assert again == first
    assert len(server.searcher.asked) == 1


async def test_the_same_id_and_body_attach_to_the_running_answer(server: Running) -> None:
    server.searcher.gate = asyncio.Event()
    calls = [asyncio.create_task(server.answer(server.request())) for _ in range(2)]
    await until(lambda: len(server.searcher.asked) == 1 and server.answers.running == 1)
    server.searcher.gate.set()
    one, two = await asyncio.gather(*calls)
    assert one == two


async def test_the_same_id_with_another_body_is_a_conflict(server: Running) -> None:
    await server.answer(server.request())
    error = await refused(server.answer(server.request(body_hash="1" * 64)))
    assert error.kind == "conflict"


async def test_a_second_answer_of_a_conversation_is_a_conflict_that_names_the_first(server: Running) -> None:
    server.searcher.gate = asyncio.Event()
    running = asyncio.create_task(server.answer(server.request(conversation_id="c_1")))
    await until(lambda: server.answers.running == 1)
    error = await refused(server.answer(server.request("b", conversation_id="c_1")))
    assert (error.kind, error.info) == ("conflict", {"query_id": QUERY})
    server.searcher.gate.set()
    await running
    assert names(await server.answer(server.request("b", conversation_id="c_1")))[-1] == "done"


async def test_two_subjects_may_use_the_same_conversation_id_at_once(server: Running) -> None:
    server.searcher.gate = asyncio.Event()
    calls = [
        asyncio.create_task(server.answer(server.request(conversation_id="c_1"), caller))
        for caller in (ANA, BOB)
    ]
    await until(lambda: server.answers.running == 2)
    server.searcher.gate.set()
    assert all(names(events)[-1] == "done" for events in await asyncio.gather(*calls))


async def test_losing_the_stream_stops_nothing_and_resume_brings_the_rest(server: Running) -> None:
    gate = asyncio.Event()
    server.models["one"] = ScriptedModel("Tea is ", gate, "served at four [1].", Finished("stop"))
    call = server.ask(server.request())
    stream = aiter(call)
    seen: list[pb.AnswerEvent] = []
    while "delta" not in names(seen):
        seen += (await anext(stream)).events
    call.cancel()
    await until(lambda: server.answers.find(ANA.owner, QUERY).unread_seconds > 0)
    gate.set()
    rest = await server.resume(QUERY, seen[-1].seq)
    whole = await server.answer(server.request())
    assert [*seen, *rest] == whole
    assert text_of(whole) == "Tea is served at four [1]."


async def test_resume_from_the_start_repeats_everything(server: Running) -> None:
    whole = await server.answer(server.request())
    assert await server.resume(QUERY, 0) == whole
    assert await server.resume(QUERY, len(whole)) == []


@pytest.mark.parametrize("after", [-1, 7])
async def test_a_number_that_no_event_has_is_invalid(server: Running, after: int) -> None:
    await server.answer(server.request())
    error = await refused(server.resume(QUERY, after))
    assert (error.kind, error.field) == ("invalid_request", "after_seq")


@pytest.mark.parametrize("foreign", [BOB, replace(ANA, tenant="other")])
async def test_another_subject_or_tenant_finds_nothing(server: Running, foreign: object) -> None:
    await server.answer(server.request())
    assert (await refused(server.resume(QUERY, 0, foreign))).kind == "not_found"  # type: ignore[arg-type]
    assert (await refused(server.stop(QUERY, foreign))).kind == "not_found"  # type: ignore[arg-type]


async def test_an_unknown_answer_is_not_found(server: Running) -> None:
    assert (await refused(server.resume(QUERY, 0))).kind == "not_found"
    assert (await refused(server.stop(QUERY))).kind == "not_found"


async def test_stop_closes_the_model_and_ends_the_stream(server: Running) -> None:
    model = ScriptedModel("Tea is served [1]. ", asyncio.Event())
    server.models["one"] = model
    reading = asyncio.create_task(server.answer(server.request()))
    async with asyncio.timeout(10):
        await model.begun.wait()
    began = asyncio.get_running_loop().time()
    await server.stop(QUERY)
    async with asyncio.timeout(0.1):
        await model.closed.wait()
    events = await reading
    assert asyncio.get_running_loop().time() - began < 0.5
    assert events[-1].done.finish == "stopped"
    assert list(events[-1].done.citations) == [1]


async def test_stopping_twice_or_after_the_end_changes_nothing(server: Running) -> None:
    whole = await server.answer(server.request())
    await server.stop(QUERY)
    await server.stop(QUERY)
    assert await server.resume(QUERY, 0) == whole


async def test_off_topic_questions_are_refused_before_a_model_is_asked(server: Running) -> None:
    server.searcher.found = Found((passage(COFFEE, dense=0.1),))
    model = saying("never")
    server.models["one"] = model
    events = await server.answer(server.request(text="Who won the football game yesterday?"))
    assert names(events) == ["meta", "sources", "delta", "done"]
    done = events[-1].done
    assert (done.finish, done.refusal_flag, done.refusal_kind) == ("refusal", True, "off_topic")
    assert "House rules" in text_of(events)
    assert model.tasks == []


async def test_what_the_model_does_not_find_is_refused_without_its_token(server: Running) -> None:
    server.models["one"] = saying("NOT_IN", "_SOURCES")
    events = await server.answer(server.request())
    assert (events[-1].done.finish, events[-1].done.refusal_kind) == ("refusal", "unsupported")
    assert "NOT_IN" not in text_of(events)


async def test_a_model_that_fails_at_once_is_followed_by_the_next(server: Running) -> None:
    server.models["one"] = ScriptedModel(ModelError("refused"), name="one")
    events = await server.answer(server.request())
    assert text_of(events) == "At four, in the garden [1]."
    assert [event.notice.code for event in events if event.WhichOneof("event") == "notice"] == [
        "model_fallback"
    ]
    assert (events[-1].done.model, list(events[-1].done.degradations)) == ("two", ["model_fallback"])


async def test_the_extractive_answerer_is_the_last_resort_and_says_so(server: Running) -> None:
    for name in ("one", "two"):
        server.models[name] = ScriptedModel(ModelError("unreachable"), name=name)
    events = await server.answer(server.request())
    assert "Tea is served at four in the winter garden. [1]" in text_of(events)
    assert events[-1].done.model == "extractive"
    assert "extractive_answer" in events[-1].done.degradations


@pytest.mark.parametrize("fault", ["truncated", "unreachable"])
async def test_a_model_that_breaks_off_midway_ends_in_a_typed_error(server: Running, fault: str) -> None:
    server.models["one"] = ScriptedModel("Tea is ", ModelError(fault))  # type: ignore[arg-type]
    events = await server.answer(server.request())
    error = events[-1].error
    assert (error.kind, error.channel, error.retryable) == ("model_failed", "model", True)
    assert text_of(events) == "Tea is "


async def test_an_end_without_a_finish_marker_is_an_error_not_a_success(server: Running) -> None:
    server.models["one"] = ScriptedModel("Tea is ")
    assert names(await server.answer(server.request()))[-1] == "error"


async def test_retrieval_that_fails_ends_in_its_error(server: Running) -> None:
    server.searcher.failure = DependencyUnavailable("retrieval does not answer")
    events = await server.answer(server.request())
    assert names(events) == ["meta", "error"]
    assert (events[-1].error.kind, events[-1].error.channel) == ("dependency_unavailable", "network")


async def test_a_fault_of_ours_is_internal_and_says_nothing(server: Running) -> None:
    server.searcher.failure = ZeroDivisionError("secret")
    error = (await server.answer(server.request()))[-1].error
    assert (error.kind, error.channel) == ("internal", "internal")
    assert "secret" not in error.title


async def test_the_deadline_of_the_call_is_the_answers_own(server: Running) -> None:
    server.models["one"] = ScriptedModel("Tea is ", asyncio.Event())
    call = server.ask(server.request(), seconds=0.5)
    events = [event async for response in call for event in response.events]
    assert (events[-1].error.kind, events[-1].error.channel) == ("deadline_exceeded", "network")


async def test_degradations_of_retrieval_are_passed_on(server: Running) -> None:
    server.searcher.found = Found((passage(TEA),), "main", ("keyword_only",))
    events = await server.answer(server.request())
    assert "degraded" in [event.notice.code for event in events if event.WhichOneof("event") == "notice"]
    assert list(events[-1].done.degradations) == ["keyword_only"]


async def test_many_answers_at_once_are_sent_in_batches_but_the_first_text_is_not_held(
    server: Running,
) -> None:
    words = [f"word{i} " for i in range(40)]
    gates = [asyncio.Event() for _ in range(6)]
    streams = []
    for place, gate in enumerate(gates):
        server.models["one"] = ScriptedModel("first ", gate, *words, Finished("stop"))
        stream = aiter(server.ask(server.request(f"m{place}")))
        seen: list[pb.AnswerEvent] = []
        while "delta" not in names(seen):
            seen += (await anext(stream)).events
        streams.append(stream)
    for gate in gates:
        gate.set()
    for stream in streams:
        messages = [response async for response in stream]
        assert len(messages) < len(words) / 2
        assert messages[-1].events[-1].WhichOneof("event") == "done"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("query_id", "q_short"),
        ("query_id", "x" * 30),
        ("body_hash", "abc"),
        ("question", "   "),
        ("question", "a" * 2001),
        ("question", "null\x00byte"),
        ("manifest_id", "latest"),
        ("variant", "shadow"),
        ("conversation_id", "c 1"),
        ("locale", "<script>"),
    ],
)
async def test_invalid_requests_name_their_field(server: Running, field: str, value: str) -> None:
    error = await refused(server.answer(server.request(**{field: value})))
    assert (error.kind, error.field) == ("invalid_request", field)
    assert server.answers.running == 0


async def test_an_unknown_manifest_is_not_found(server: Running) -> None:
    assert (await refused(server.answer(server.request(manifest_id="f" * 64)))).kind == "not_found"


async def test_without_a_token_nothing_happens(server: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        async for _ in server.stub.Answer(server.request()):
            pass
    assert raised.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert server.searcher.asked == []


async def test_a_client_that_leaves_leaves_no_reader_behind(server: Running) -> None:
    server.models["one"] = ScriptedModel("Tea ", asyncio.Event())
    call = server.ask(server.request())
    await anext(aiter(call))
    call.cancel()
    await settled()
    await until(lambda: server.answers.find(ANA.owner, QUERY).unread_seconds > 0)
    assert server.answers.running == 1
    await server.stop(QUERY)
    assert server.answers.running == 0
