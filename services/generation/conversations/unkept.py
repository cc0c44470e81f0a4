"""The running conversations of visitors who do not want theirs kept: in memory, for as long as they run."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass

from libs.common.clock import Clock
from services.generation.conversations.conversation import Owner, StoredTurn

MAX_CONVERSATIONS = 2000
MAX_TURNS = 20
"""Of one conversation; the oldest leaves first."""
IDLE_SECONDS = 3600.0
"""A conversation that rests for so long has ended."""


@dataclass(slots=True)
class _Running:
    turns: deque[StoredTurn]
    used_at: float


class UnkeptConversations:
    """Forgets what is old, what is too much, and everything when the process ends."""

    def __init__(self, clock: Clock, conversations: int = MAX_CONVERSATIONS, turns: int = MAX_TURNS) -> None:
        self._clock = clock
        self._conversations = conversations
        self._turns = turns
        self._running: OrderedDict[tuple[Owner, str], _Running] = OrderedDict()

    def add(self, owner: Owner, conversation_id: str, turn: StoredTurn) -> None:
        """Takes in a conversation's next turn."""
        key = (owner, conversation_id)
        running = self._running.setdefault(key, _Running(deque(maxlen=self._turns), 0.0))
        running.turns.append(turn)
        running.used_at = self._clock.monotonic()
        self._running.move_to_end(key)
        self._forget_old()

    def turns(self, owner: Owner, conversation_id: str) -> tuple[StoredTurn, ...]:
        """Returns a conversation's turns, oldest first."""
        self._forget_old()
        running = self._running.get((owner, conversation_id))
        return tuple(running.turns) if running else ()

    def forget(self, owner: Owner, conversation_id: str) -> None:
        """Forgets a conversation."""
        self._running.pop((owner, conversation_id), None)

    def _forget_old(self) -> None:
        oldest = self._clock.monotonic() - IDLE_SECONDS
        while self._running:
            key, running = next(iter(self._running.items()))
            if running.used_at > oldest and len(self._running) <= self._conversations:
                break
            del self._running[key]
