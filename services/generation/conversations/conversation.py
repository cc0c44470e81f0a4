"""A conversation with its turns, and where conversations are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from services.generation.events import Citation, SourceCard

Owner: TypeAlias = tuple[str, str]
"""(tenant, subject)."""

Place: TypeAlias = tuple[float, str]
"""Where a conversation stands in the list of its owner: its last use, then its id."""

MAX_TITLE = 80
"""Characters of a conversation's title."""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and what became of it.

    Attributes:
        query_id: Names both.
        question: As it was asked.
        standalone: As it was searched for.
        answer: The text as it was shown, with its markers.
        finish: How the answer ended, as in `done`; `error` where it failed.
        refusal_kind: Why it was refused; empty where it was not.
        language: ISO 639-1 code of the question's language.
        variant: `stable` or `canary`.
        manifest_id: What shaped the answer.
        sources: What the answer was offered, ordered by number.
        citations: The checked ones, in their order.
        asked_at: Seconds since the epoch.
        seq: Its place in the conversation, from 1; 0 until it is stored.
    """

    query_id: str
    question: str
    standalone: str
    answer: str
    finish: str
    refusal_kind: str
    language: str
    variant: str
    manifest_id: str
    sources: tuple[SourceCard, ...]
    citations: tuple[Citation, ...]
    asked_at: float
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn on its way to be stored."""

    owner: Owner
    conversation_id: str
    turn: StoredTurn


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its turns.

    Attributes:
        conversation_id: Its id.
        title: The beginning of its first question.
        language: ISO 639-1 code, of its latest question.
        variant: Of its latest answer.
        created_at: When it began, seconds since the epoch.
        updated_at: When it was last used.
        turns: How many it has.
        summary: What was said in the older ones; empty where there is none.
        summarised: `seq` of the last turn that the summary takes in; 0 for none.
    """

    conversation_id: str
    title: str
    language: str
    variant: str
    created_at: float
    updated_at: float
    turns: int
    summary: str = ""
    summarised: int = 0


@dataclass(frozen=True, slots=True)
class Pages:
    """Some turns of a conversation, in their order."""

    conversation: Conversation
    turns: tuple[StoredTurn, ...]


class Conversations(Protocol):
    """Keeps conversations; every method blocks, and raises DependencyUnavailable where it cannot be done."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Stores turns durably, once each, however often they come.

        A turn that was asked before its conversation was deleted is passed over.
        """
        ...

    def recent(self, owner: Owner, conversation_id: str, limit: int) -> Pages | None:
        """Returns the latest turns, without sources and citations; None where the owner has no such one."""
        ...

    def list(self, owner: Owner, limit: int, before: Place | None) -> list[Conversation]:
        """Returns the owner's conversations, last used first, from the first one after a place."""
        ...

    def get(self, owner: Owner, conversation_id: str, limit: int, after: int) -> Pages | None:
        """Returns a conversation's turns past a number, or None where the owner has no such conversation."""
        ...

    def delete(self, owner: Owner, conversation_id: str) -> bool:
        """Deletes a conversation with all that came of it; returns whether there was one."""
        ...

    def summarise(self, owner: Owner, conversation_id: str, summary: str, through: int) -> None:
        """Keeps what the turns up to a number said; nothing where the conversation is gone."""
        ...


def title_of(question: str) -> str:
    """Returns what a conversation is called that begins with a question."""
    words = " ".join(question.split())
    if len(words) <= MAX_TITLE:
        return words
    cut = words[: MAX_TITLE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[MAX_TITLE // 2 :] else cut).rstrip(" ,;:-") + "…"
