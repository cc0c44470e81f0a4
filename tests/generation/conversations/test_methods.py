"""The calls about conversations, over a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from libs.common.caller import Caller, Privacy
from libs.common.conversation_rules import ConversationRules
from libs.common.manifest import ModelLink
from libs.common.pb.generation.v1 import generation_pb2 as pb
from tests.fakes.scripted_model import ScriptedModel, saying
from tests.generation.examples import ANA, BOB, manifest
from tests.generation.running_server import PATIENCE, Running, running_server

RIVAL = Caller("edge_gateway", "rival", "ana")
CODE = grpc.StatusCode


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with running_server(tmp_path, manifest(ModelLink(kind="litellm", model="one"))) as running:
        running.models["one"] = saying("Tea is served ", "at four [1].", name="one")
        yield running


class Calls:
    """Calls for a visitor."""

    def __init__(self, server: Running, caller: Caller = ANA) -> None:
        self._stub = server.stub
        self._metadata = server.signer.metadata(caller)

    async def list(self, **fields: object) -> pb.ListConversationsResponse:
        request = pb.ListConversationsRequest(**fields)  # type: ignore[arg-type]
        found = await self._stub.ListConversations(request, metadata=self._metadata, timeout=PATIENCE)
        assert isinstance(found, pb.ListConversationsResponse)
        return found

    async def get(self, conversation_id: str, **fields: object) -> pb.GetConversationResponse:
        request = pb.GetConversationRequest(conversation_id=conversation_id, **fields)  # type: ignore[arg-type]
        found = await self._stub.GetConversation(request, metadata=self._metadata, timeout=PATIENCE)
        assert isinstance(found, pb.GetConversationResponse)
        return found

    async def delete(self, conversation_id: str) -> bool:
        request = pb.DeleteConversationRequest(conversation_id=conversation_id)
        done = await self._stub.DeleteConversation(request, metadata=self._metadata, timeout=PATIENCE)
        return bool(done.deleted)


async def asked(
    server: Running, query: str = "a", caller: Caller = ANA, conversation_id: str = "c_1"
) -> None:
    """Asks, and waits until the turn is stored."""
    await server.answer(server.request(query, conversation_id=conversation_id), caller)
    await server.conversations.writer.drain(PATIENCE)


async def refused(awaited: object) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await awaited  # type: ignore[misc]
    return raised.value.code()


async def test_an_answer_is_kept_with_its_sources_and_citations(server: Running) -> None:
    await asked(server)
    found = await Calls(server).get("c_1")
    assert (found.conversation.title, found.conversation.turns) == ("When is tea served?", 1)
    (turn,) = found.turns
    assert (turn.question, turn.answer, turn.finish) == (
        "When is tea served?",
        "Tea is served at four [1].",
        "stop",
    )
    assert [source.title for source in turn.sources] == ["House rules"]
    assert [citation.n for citation in turn.citations] == [1]


async def test_conversations_and_turns_come_in_pages(server: Running) -> None:
    for number in range(3):
        await asked(server, f"a{number}", conversation_id="c_1")
        await asked(server, f"b{number}", conversation_id=f"c_{number + 2}")
    calls = Calls(server)
    first = await calls.list(page_size=3)
    rest = await calls.list(page_size=3, page_token=first.next_page_token)
    assert [one.conversation_id for one in (*first.conversations, *rest.conversations)] == [
        *("c_4", "c_1", "c_3", "c_2")
    ]
    assert rest.next_page_token == ""
    page = await calls.get("c_1", page_size=2)
    after = await calls.get("c_1", page_size=2, page_token=page.next_page_token)
    assert (len(page.turns), len(after.turns), after.next_page_token) == (2, 1, "")


async def test_nobody_else_sees_or_deletes_them(server: Running) -> None:
    await asked(server)
    for stranger in (BOB, RIVAL):
        calls = Calls(server, stranger)
        assert len((await calls.list()).conversations) == 0
        assert await refused(calls.get("c_1")) == CODE.NOT_FOUND
        assert not await calls.delete("c_1")
    assert len((await Calls(server).get("c_1")).turns) == 1


async def test_a_deleted_conversation_is_gone(server: Running) -> None:
    await asked(server)
    calls = Calls(server)
    assert await calls.delete("c_1")
    assert await refused(calls.get("c_1")) == CODE.NOT_FOUND
    assert not await calls.delete("c_1")


async def test_an_answer_under_way_does_not_bring_a_deleted_conversation_back(server: Running) -> None:
    gate = asyncio.Event()
    server.models["one"] = ScriptedModel("Tea ", gate, "is served [1].", name="one")
    asking = asyncio.create_task(server.answer(server.request(conversation_id="c_1")))
    await until(lambda: server.answers.running == 1)
    await Calls(server).delete("c_1")
    gate.set()
    await asking
    await server.conversations.writer.drain(PATIENCE)
    assert await refused(Calls(server).get("c_1")) == CODE.NOT_FOUND


async def test_a_stopped_answer_is_kept_as_far_as_it_went(server: Running) -> None:
    model = ScriptedModel("Tea is served [1]. ", asyncio.Event(), name="one")
    server.models["one"] = model
    asking = asyncio.create_task(server.answer(server.request(conversation_id="c_1")))
    async with asyncio.timeout(PATIENCE):
        await model.begun.wait()
    await server.stop("q_" + "a".ljust(24, "0"))
    await asking
    await server.conversations.writer.drain(PATIENCE)
    (turn,) = (await Calls(server).get("c_1")).turns
    assert turn.finish == "stopped"
    assert turn.answer.startswith("Tea is served [1].")


async def test_whoever_wants_no_history_leaves_none(server: Running) -> None:
    private = replace(ANA, privacy=Privacy(history=False))
    await asked(server, caller=private)
    assert len((await Calls(server).list()).conversations) == 0
    server.manifests.rules = ConversationRules(history=False)
    await asked(server, "b")
    assert len((await Calls(server).list()).conversations) == 0


async def test_what_is_stated_is_remembered_where_both_allow_and_leaves_with_its_conversation(
    server: Running,
) -> None:
    server.manifests.rules = ConversationRules(memory=True)
    willing = replace(ANA, privacy=Privacy(memory=True))
    book = server.conversations.recollection._facts
    text = "Remember that I use the staging cluster. When is tea served?"
    await server.answer(server.request(text=text, conversation_id="c_1"), willing)
    await until(lambda: book.recall(ANA.owner, "staging cluster") == ("I use the staging cluster",))
    await Calls(server).delete("c_1")
    assert book.recall(ANA.owner, "staging cluster") == ()


@pytest.mark.parametrize("size", [-1, 101])
async def test_a_page_that_is_none_is_refused(server: Running, size: int) -> None:
    assert await refused(Calls(server).list(page_size=size)) == CODE.INVALID_ARGUMENT
    assert await refused(Calls(server).get("c_1", page_size=size)) == CODE.INVALID_ARGUMENT


@pytest.mark.parametrize("conversation_id", ["", "\x00", "a b", "x" * 200, "c_unknown"])
async def test_what_names_no_conversation_finds_none(server: Running, conversation_id: str) -> None:
    assert await refused(Calls(server).get(conversation_id)) == CODE.NOT_FOUND


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)
