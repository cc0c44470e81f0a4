"""Conversations over gRPC."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.caller import Caller, Privacy
from libs.common.errors import DependencyUnavailable, NotFound
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.edge_gateway.answers import Citation, Source
from services.edge_gateway.conversations import Conversation, ConversationList, Page, Turn
from tests.edge_gateway.core import connected

ANA = Caller("edge_gateway", "acme", "ana", frozenset({"hr"}), "gold", "s_1", "de", Privacy(memory=True))
HEAD = pb.Conversation(
    conversation_id="c_1",
    title="Tea?",
    language="en",
    created_at="t0",
    updated_at="t1",
    turns=2,
    variant="stable",
)
TURN = pb.ConversationTurn(
    query_id="q_1",
    question="Tea?",
    answer="At four [1].",
    finish="stop",
    refusal_kind="",
    sources=[
        pb.AnswerSource(n=1, passage_id="p", title="House", url="", heading="Meals", snippet="Tea", score=0.5)
    ],
    citations=[pb.AnswerCitation(n=1, quote="Tea at four", support=0.75)],
    manifest_id="m",
    asked_at="t1",
    language="en",
)


async def test_the_visitor_and_the_page_are_passed_on(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.reply = pb.ListConversationsResponse(conversations=[HEAD], next_page_token="more")
        found = await clients.conversations.list(ANA, Page(5, "token"))
    assert core.generation.callers == [ANA]
    assert core.generation.requests == [pb.ListConversationsRequest(page_size=5, page_token="token")]
    assert found == ConversationList((Conversation("c_1", "Tea?", "en", "t0", "t1", 2),), "more")


async def test_a_conversation_comes_with_its_turns(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.reply = pb.GetConversationResponse(
            conversation=HEAD, turns=[TURN], next_page_token="n"
        )
        found = await clients.conversations.get(ANA, "c_1", Page())
    assert core.generation.requests == [pb.GetConversationRequest(conversation_id="c_1")]
    assert (found.conversation.title, found.next_page_token) == ("Tea?", "n")
    source, citation = Source(1, "p", "House", "", "Meals", "Tea", 0.5), Citation(1, "Tea at four", 0.75)
    assert found.turns == (
        Turn("q_1", "Tea?", "At four [1].", "stop", "", (source,), (citation,), "m", "t1", "en"),
    )


async def test_deletion_is_passed_on(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.reply = pb.DeleteConversationResponse(deleted=True)
        await clients.conversations.delete(ANA, "c_1")
    assert core.generation.requests == [pb.DeleteConversationRequest(conversation_id="c_1")]


async def test_errors_keep_their_kind(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.generation.reply = NotFound("There is no such conversation.")
        with pytest.raises(NotFound):
            await clients.conversations.get(ANA, "c_1", Page())
        core.generation.reply = DependencyUnavailable("PostgreSQL is not usable.")
        with pytest.raises(DependencyUnavailable):
            await clients.conversations.list(ANA, Page())
        with pytest.raises(DependencyUnavailable):
            await clients.conversations.delete(ANA, "c_1")
