"""Writes conversations and their turns as messages."""

from __future__ import annotations

from libs.common.clock import rfc3339
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.generation.conversations.conversation import Conversation, StoredTurn
from services.generation.event_messages import citation_message, source_message


def write_conversation(conversation: Conversation) -> pb.Conversation:
    """Writes a conversation without its turns."""
    return pb.Conversation(
        conversation_id=conversation.conversation_id,
        title=conversation.title,
        language=conversation.language,
        created_at=rfc3339(conversation.created_at),
        updated_at=rfc3339(conversation.updated_at),
        turns=conversation.turns,
        variant=conversation.variant,
    )


def write_turn(turn: StoredTurn) -> pb.ConversationTurn:
    """Writes a turn."""
    return pb.ConversationTurn(
        query_id=turn.query_id,
        question=turn.question,
        answer=turn.answer,
        finish=turn.finish,
        refusal_kind=turn.refusal_kind,
        sources=[source_message(card) for card in turn.sources],
        citations=[citation_message(citation) for citation in turn.citations],
        manifest_id=turn.manifest_id,
        asked_at=rfc3339(turn.asked_at),
        language=turn.language,
    )
