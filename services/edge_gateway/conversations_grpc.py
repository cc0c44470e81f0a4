"""Conversations from the generation service, over gRPC."""

from __future__ import annotations

import grpc

from libs.common.caller import Caller
from libs.common.pb.generation.v1 import generation_pb2 as pb
from libs.common.pb.generation.v1 import generation_pb2_grpc
from libs.common.rpc_client import CallSigner
from libs.common.rpc_errors import decode
from services.edge_gateway.answer_messages import read_citation, read_source
from services.edge_gateway.conversations import Conversation, ConversationList, ConversationTurns, Page, Turn

_PATIENCE_SECONDS = 8.0
"""Longer than generation waits for its database, so that the error says what is away."""
_NAME = "generation"


class GrpcConversations:
    """The `Conversations` port over gRPC."""

    def __init__(self, channel: grpc.aio.Channel, signer: CallSigner) -> None:
        self._stub = generation_pb2_grpc.GenerationStub(channel)  # type: ignore[no-untyped-call]
        self._signer = signer

    async def list(self, caller: Caller, page: Page) -> ConversationList:
        """Returns the caller's conversations, last used first."""
        request = pb.ListConversationsRequest(page_size=page.size, page_token=page.token)
        try:
            found = await self._stub.ListConversations(
                request, timeout=_PATIENCE_SECONDS, metadata=self._signer.metadata(caller)
            )
        except grpc.aio.AioRpcError as error:
            raise decode(error, _NAME) from None
        conversations = tuple(_conversation(message) for message in found.conversations)
        return ConversationList(conversations, found.next_page_token)

    async def get(self, caller: Caller, conversation_id: str, page: Page) -> ConversationTurns:
        """Returns a conversation of the caller's."""
        request = pb.GetConversationRequest(
            conversation_id=conversation_id, page_size=page.size, page_token=page.token
        )
        try:
            found = await self._stub.GetConversation(
                request, timeout=_PATIENCE_SECONDS, metadata=self._signer.metadata(caller)
            )
        except grpc.aio.AioRpcError as error:
            raise decode(error, _NAME) from None
        turns = tuple(_turn(message) for message in found.turns)
        return ConversationTurns(_conversation(found.conversation), turns, found.next_page_token)

    async def delete(self, caller: Caller, conversation_id: str) -> None:
        """Deletes a conversation of the caller's with all that came of it."""
        request = pb.DeleteConversationRequest(conversation_id=conversation_id)
        try:
            await self._stub.DeleteConversation(
                request, timeout=_PATIENCE_SECONDS, metadata=self._signer.metadata(caller)
            )
        except grpc.aio.AioRpcError as error:
            raise decode(error, _NAME) from None


def _conversation(message: pb.Conversation) -> Conversation:
    return Conversation(
        conversation_id=message.conversation_id,
        title=message.title,
        language=message.language,
        created_at=message.created_at,
        updated_at=message.updated_at,
        turns=message.turns,
    )


def _turn(message: pb.ConversationTurn) -> Turn:
    return Turn(
        query_id=message.query_id,
        question=message.question,
        answer=message.answer,
        finish=message.finish,
        refusal_kind=message.refusal_kind,
        sources=tuple(read_source(source) for source in message.sources),
        citations=tuple(read_citation(citation) for citation in message.citations),
        manifest_id=message.manifest_id,
        asked_at=message.asked_at,
        language=message.language,
    )
