"""The port's fake does what the port says."""

from __future__ import annotations

import pytest

from libs.common.caller import Caller
from libs.common.errors import NotFound
from services.edge_gateway.conversations import Conversation, Conversations, ConversationTurns, Page
from tests.fakes.edge_ports import FakeConversations

ANA = Caller("edge_gateway", "acme", "ana")
TALK = ConversationTurns(Conversation("c_1", "Tea?", "en", "", "", 0), ())


async def test_a_deleted_conversation_is_not_found() -> None:
    fake = FakeConversations()
    port: Conversations = fake
    fake.stored["c_1"] = TALK
    assert (await port.list(ANA, Page())).conversations == (TALK.conversation,)
    assert await port.get(ANA, "c_1", Page()) == TALK
    await port.delete(ANA, "c_1")
    await port.delete(ANA, "c_1")
    with pytest.raises(NotFound):
        await port.get(ANA, "c_1", Page())
