"""Conversations, as a visitor sees their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from libs.common.caller import Caller
from services.edge_gateway.answers import Citation, Source


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its turns.

    Attributes:
        conversation_id: Its id.
        title: The beginning of its first question.
        language: ISO 639-1 code, of its latest question.
        created_at: When it began, RFC 3339 in UTC.
        updated_at: When it was last used, RFC 3339 in UTC.
        turns: How many it has.
    """

    conversation_id: str
    title: str
    language: str
    created_at: str
    updated_at: str
    turns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it.

    Attributes:
        query_id: Names both.
        question: As it was asked.
        answer: The text as it was shown.
        finish: How the answer ended, as in `done`; `error` where it failed.
        refusal_kind: Why it was refused; empty where it was not.
        sources: What the answer was offered, ordered by number.
        citations: The checked ones, in their order.
        manifest_id: What shaped the answer.
        asked_at: When it was asked, RFC 3339 in UTC.
        language: ISO 639-1 code of the question's language.
    """

    query_id: str
    question: str
    answer: str
    finish: str
    refusal_kind: str
    sources: tuple[Source, ...]
    citations: tuple[Citation, ...]
    manifest_id: str
    asked_at: str
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """What part of a list is wanted.

    Attributes:
        size: How many at most; 0 leaves it to the core.
        token: From the page before; empty for the first.
    """

    size: int = 0
    token: str = ""


@dataclass(frozen=True, slots=True)
class ConversationList:
    """Some conversations, last used first; the token of the page after them is empty on the last one."""

    conversations: tuple[Conversation, ...]
    next_page_token: str = ""


@dataclass(frozen=True, slots=True)
class ConversationTurns:
    """Some turns of a conversation, in their order, and the token of the page after them."""

    conversation: Conversation
    turns: tuple[Turn, ...]
    next_page_token: str = ""


class Conversations(Protocol):
    """Where conversations come from. Every method raises the errors of `libs/common/errors.py`."""

    async def list(self, caller: Caller, page: Page) -> ConversationList:
        """Returns the caller's conversations, last used first."""
        ...

    async def get(self, caller: Caller, conversation_id: str, page: Page) -> ConversationTurns:
        """Returns a conversation of the caller's.

        Raises:
            NotFound: There is none, or it is somebody else's.
        """
        ...

    async def delete(self, caller: Caller, conversation_id: str) -> None:
        """Deletes a conversation of the caller's with all that came of it; one that is gone stays so."""
        ...
