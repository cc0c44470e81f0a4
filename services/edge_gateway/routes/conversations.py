"""`/v1/conversations`: a visitor's own conversations, listed, read and deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from libs.common.errors import InvalidRequest
from services.edge_gateway.conversations import Conversation, Conversations, Page, Turn
from services.edge_gateway.json_response import json_response
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.sse import citation_json, source_json
from services.edge_gateway.visitors import Visitors

MAX_PAGE = 100
_MAX_TOKEN = 512
_SIZE = re.compile(r"[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ConversationRoutes:
    """The routes and what they need."""

    visitors: Visitors
    limiter: RateLimiter
    ids: QueryIds
    conversations: Conversations

    async def list(self, request: Request) -> Response:
        """Returns the visitor's conversations, last used first."""
        session = self.visitors.of(request.headers)
        await self.limiter.admit(session.owner)
        found = await self.conversations.list(session.caller, _page(request))
        content = {"conversations": [_conversation(one) for one in found.conversations]}
        return json_response(content | _following(found.next_page_token))

    async def one(self, request: Request) -> Response:
        """Returns a conversation with its turns, or deletes it; one that is gone stays so."""
        session = self.visitors.of(request.headers)
        await self.limiter.admit(session.owner)
        conversation_id = self.ids.require_conversation(session.owner, request.path_params["conversation_id"])
        if request.method == "DELETE":
            await self.conversations.delete(session.caller, conversation_id)
            return Response(status_code=204)
        found = await self.conversations.get(session.caller, conversation_id, _page(request))
        content = _conversation(found.conversation) | {"turns": [_turn(turn) for turn in found.turns]}
        return json_response(content | _following(found.next_page_token))


def _page(request: Request) -> Page:
    size = request.query_params.get("page_size", "")
    if size and not (_SIZE.fullmatch(size) and 1 <= int(size) <= MAX_PAGE):
        raise InvalidRequest(f"Ask for 1 to {MAX_PAGE}.", field="page_size")
    token = request.query_params.get("page_token", "")
    if len(token) > _MAX_TOKEN or not token.isascii():
        raise InvalidRequest(
            "The page token is not one that was given out; start without one.", field="page_token"
        )
    return Page(int(size or 0), token)


def _following(token: str) -> dict[str, Any]:
    return {"next_page_token": token} if token else {}


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "conversation_id": conversation.conversation_id,
        "title": conversation.title,
        "language": conversation.language,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "turn_count": conversation.turns,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    refusal = {"refusal_kind": turn.refusal_kind} if turn.refusal_kind else {}
    return {
        "query_id": turn.query_id,
        "question": turn.question,
        "answer": turn.answer,
        "finish": turn.finish,
        **refusal,
        "sources": [source_json(source) for source in turn.sources],
        "citations": [citation_json(citation) for citation in turn.citations],
        "manifest_id": turn.manifest_id,
        "asked_at": turn.asked_at,
        "language": turn.language,
    }
