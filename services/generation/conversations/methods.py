"""The calls about conversations: lists them, returns them, deletes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import grpc

from libs.common.caller import current_caller
from libs.common.errors import InvalidRequest, NotFound
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.generation.admission import is_conversation_id
from services.generation.conversations.conversation import Conversations, Owner
from services.generation.conversations.messages import write_conversation, write_turn
from services.generation.conversations.page_token import read_place, read_seq, write_place, write_seq

MAX_PAGE = 100
_DEFAULT_LIST = 20
_DEFAULT_TURNS = 50

_Context = grpc.aio.ServicerContext[object, object]


@dataclass(frozen=True, slots=True)
class ConversationAccess:
    """What the calls about conversations need.

    Attributes:
        conversations: Where they are kept.
        executor: Where that is waited for.
        forget: Told of a conversation that is deleted, for what is known of it elsewhere.
    """

    conversations: Conversations
    executor: Executor
    forget: Callable[[Owner, str], None]


class ConversationMethods:
    """The methods of `causeway.generation.v1.Generation` that are about conversations."""

    def __init__(self, access: ConversationAccess) -> None:
        self._access = access

    async def ListConversations(  # noqa: N802
        self, request: pb.ListConversationsRequest, context: _Context
    ) -> pb.ListConversationsResponse:
        """Lists the visitor's conversations, last used first."""
        size = _size(request.page_size, _DEFAULT_LIST)
        before, owner = read_place(request.page_token), current_caller().owner
        # One more than asked for tells whether there is another page.
        found = await asyncio.get_running_loop().run_in_executor(
            self._access.executor, self._access.conversations.list, owner, size + 1, before
        )
        page = found[:size]
        following = write_place((page[-1].updated_at, page[-1].conversation_id)) if len(found) > size else ""
        return pb.ListConversationsResponse(
            conversations=[write_conversation(one) for one in page], next_page_token=following
        )

    async def GetConversation(  # noqa: N802
        self, request: pb.GetConversationRequest, context: _Context
    ) -> pb.GetConversationResponse:
        """Returns a conversation of the visitor's with its turns."""
        size = _size(request.page_size, _DEFAULT_TURNS)
        after, owner = read_seq(request.page_token), current_caller().owner
        found = None
        if is_conversation_id(request.conversation_id):
            found = await asyncio.get_running_loop().run_in_executor(
                self._access.executor,
                self._access.conversations.get,
                owner,
                request.conversation_id,
                size + 1,
                after,
            )
        if found is None:
            raise NotFound("There is no such conversation.", field="conversation_id")
        turns = found.turns[:size]
        return pb.GetConversationResponse(
            conversation=write_conversation(found.conversation),
            turns=[write_turn(turn) for turn in turns],
            next_page_token=write_seq(turns[-1].seq) if len(found.turns) > size else "",
        )

    async def DeleteConversation(  # noqa: N802
        self, request: pb.DeleteConversationRequest, context: _Context
    ) -> pb.DeleteConversationResponse:
        """Deletes a conversation of the visitor's with all that came of it."""
        owner, conversation_id = current_caller().owner, request.conversation_id
        if not is_conversation_id(conversation_id):
            raise NotFound("There is no such conversation.", field="conversation_id")
        self._access.forget(owner, conversation_id)
        deleted = await asyncio.get_running_loop().run_in_executor(
            self._access.executor, self._access.conversations.delete, owner, conversation_id
        )
        return pb.DeleteConversationResponse(deleted=deleted)


def _size(wanted: int, default: int) -> int:
    if not 0 <= wanted <= MAX_PAGE:
        raise InvalidRequest(f"Ask for 1 to {MAX_PAGE}, or 0.", field="page_size")
    return wanted or default
