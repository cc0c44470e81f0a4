"""Conversations on the wire."""

from __future__ import annotations

from services.generation.conversations.conversation import Conversation
from services.generation.conversations.messages import write_conversation, write_turn
from tests.generation.conversations.example_conversations import turn


def test_a_conversation_carries_no_summary() -> None:
    message = write_conversation(Conversation("c_1", "Tea?", "en", "stable", 0.0, 60.0, 3, "said before", 2))
    assert (message.conversation_id, message.title, message.turns) == ("c_1", "Tea?", 3)
    assert (message.created_at[:19], message.updated_at[:19]) == (
        "1970-01-01T00:00:00",
        "1970-01-01T00:01:00",
    )
    assert (message.language, message.variant) == ("en", "stable")
    assert "said before" not in str(message)


def test_a_turn_carries_its_sources_and_citations() -> None:
    message = write_turn(turn(1, refusal_kind="off_topic"))
    assert (message.question, message.answer, message.finish) == ("Question 1?", "Answer 1 [1].", "stop")
    assert (message.refusal_kind, message.language, message.manifest_id) == ("off_topic", "en", "1" * 64)
    assert [(source.n, source.title, source.url) for source in message.sources] == [
        (1, "House rules", "https://example.org/house")
    ]
    assert [(citation.n, citation.quote) for citation in message.citations] == [(1, "Tea is served at four.")]
    assert message.asked_at.startswith("1970-01-12")
