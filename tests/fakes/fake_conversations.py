"""Conversations in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from libs.common.clock import Clock
from libs.common.errors import DependencyUnavailable
from services.generation.conversations.conversation import (
    Conversation,
    Entry,
    Owner,
    Pages,
    Place,
    StoredTurn,
    title_of,
)


class FakeConversations:
    """Remembers until the test ends; `broken` makes every call fail."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.kept: dict[tuple[Owner, str], list[StoredTurn]] = {}
        self.last: dict[tuple[Owner, str], int] = {}
        self.summaries: dict[tuple[Owner, str], tuple[str, int]] = {}
        self.buried: dict[tuple[Owner, str], float] = {}
        self.broken = False
        self.writes = 0

    def add(self, entries: Sequence[Entry]) -> None:
        self._check()
        self.writes += 1
        for entry in entries:
            key = (entry.owner, entry.conversation_id)
            known = {
                turn.query_id
                for (owner, _), kept in self.kept.items()
                if owner == entry.owner
                for turn in kept
            }
            if entry.turn.query_id in known or self.buried.get(key, 0.0) >= entry.turn.asked_at:
                continue
            self.last[key] = self.last.get(key, 0) + 1
            self.kept.setdefault(key, []).append(dataclasses.replace(entry.turn, seq=self.last[key]))

    def recent(self, owner: Owner, conversation_id: str, limit: int) -> Pages | None:
        self._check()
        kept = self.kept.get((owner, conversation_id))
        if not kept:
            return None
        latest = tuple(dataclasses.replace(turn, sources=(), citations=()) for turn in kept[-limit:])
        return Pages(self._head(owner, conversation_id), latest)

    def list(self, owner: Owner, limit: int, before: Place | None) -> list[Conversation]:
        self._check()
        heads = [self._head(*key) for key in self.kept if key[0] == owner]
        heads.sort(key=lambda head: (head.updated_at, head.conversation_id), reverse=True)
        after = [h for h in heads if before is None or (h.updated_at, h.conversation_id) < before]
        return after[:limit]

    def get(self, owner: Owner, conversation_id: str, limit: int, after: int) -> Pages | None:
        self._check()
        kept = self.kept.get((owner, conversation_id))
        if not kept:
            return None
        later = [turn for turn in kept if turn.seq > after]
        return Pages(self._head(owner, conversation_id), tuple(later[:limit]))

    def delete(self, owner: Owner, conversation_id: str) -> bool:
        self._check()
        key = (owner, conversation_id)
        self.buried[key] = self._clock.now()
        self.last.pop(key, None)
        self.summaries.pop(key, None)
        return self.kept.pop(key, None) is not None

    def summarise(self, owner: Owner, conversation_id: str, summary: str, through: int) -> None:
        self._check()
        key = (owner, conversation_id)
        if key in self.kept and self.summaries.get(key, ("", 0))[1] < through:
            self.summaries[key] = (summary, through)

    def _head(self, owner: Owner, conversation_id: str) -> Conversation:
        kept = self.kept[(owner, conversation_id)]
        summary, through = self.summaries.get((owner, conversation_id), ("", 0))
        return Conversation(
            conversation_id=conversation_id,
            title=title_of(kept[0].question),
            language=kept[-1].language,
            variant=kept[-1].variant,
            created_at=kept[0].asked_at,
            updated_at=max(turn.asked_at for turn in kept),
            turns=len(kept),
            summary=summary,
            summarised=through,
        )

    def _check(self) -> None:
        if self.broken:
            raise DependencyUnavailable("The database is away.")
