"""Knows conversations: recalls them for the next answer, and keeps what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from libs.common.clock import Clock
from libs.common.logs import logger
from libs.common.metrics import FAIL_OPEN
from services.generation.conversations.consent import RulesOf, consent_of
from services.generation.conversations.conversation import Conversations, Entry, Owner, Pages, StoredTurn
from services.generation.conversations.fact_book import FactBook
from services.generation.conversations.facts import stated_facts
from services.generation.conversations.record import record
from services.generation.conversations.summariser import Summariser
from services.generation.conversations.summary import extend
from services.generation.conversations.turn_writer import TurnWriter
from services.generation.conversations.unkept import UnkeptConversations
from services.generation.conversations.window import MOST_TURNS, just_trimmed, window
from services.generation.events import Event
from services.generation.memory import Memory, PastTurn
from services.generation.turn import Turn

log = logger(__name__)

RECALL_SECONDS = 0.4
"""Patience with the database; an answer without memory is better than a late one."""
LEFT_ALONE_SECONDS = 2.0
"""How long a database is not asked that has just been too slow."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was recalled for an answer.

    Attributes:
        memory: What it may know.
        trimmed: Whether the conversation has just become too long to be seen whole.
    """

    memory: Memory
    trimmed: bool = False


class Recollection:
    """What this process knows of conversations, its database included.

    Args:
        conversations: Where turns are stored.
        facts: What visitors asked to have remembered.
        writer: Stores turns afterwards.
        unkept: The conversations of those who do not want theirs kept.
        summariser: Told of conversations that have grown.
        rules_of: What tenants allow.
        executor: Where the database is waited for.
        clock: Tells the time.
    """

    def __init__(
        self,
        conversations: Conversations,
        facts: FactBook,
        writer: TurnWriter,
        unkept: UnkeptConversations,
        summariser: Summariser,
        rules_of: RulesOf,
        executor: Executor,
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._facts = facts
        self._writer = writer
        self._unkept = unkept
        self._summariser = summariser
        self._rules_of = rules_of
        self._executor = executor
        self._clock = clock
        self._not_before = float("-inf")

    def at_hand(self, turn: Turn) -> Recalled:
        """Returns what is known without asking the database: what it does not keep, or not yet."""
        owner, conversation_id = turn.caller.owner, turn.question.conversation_id
        if consent_of(turn.caller, self._rules_of).history:
            return _recalled(self._writer.waiting(owner, conversation_id), None, ())
        return _recalled(self._unkept.turns(owner, conversation_id), None, ())

    def learns(self, turn: Turn) -> bool:
        """Whether something of the question will be remembered beyond its conversation."""
        consent = consent_of(turn.caller, self._rules_of)
        return consent.memory and bool(stated_facts(turn.question.text))

    async def recall(self, turn: Turn) -> Recalled:
        """Returns what is known of a question's conversation, and of its visitor.

        Raises:
            DependencyUnavailable: The database is away.
            TimeoutError: It is too slow, or was so a moment ago.
        """
        owner, conversation_id = turn.caller.owner, turn.question.conversation_id
        consent = consent_of(turn.caller, self._rules_of)
        if not conversation_id or not consent.history:
            return self.at_hand(turn)
        # Before the database is asked: what is stored meanwhile would be in neither.
        waiting = self._writer.waiting(owner, conversation_id)
        recent = partial(self._conversations.recent, owner, conversation_id, MOST_TURNS + 2)
        recall = partial(self._facts.recall, owner, turn.question.text) if consent.memory else tuple[str, ...]
        stored, facts = await self._within_budget(recent, recall)
        known = {past.query_id for past in stored.turns} if stored else set()
        fresh = tuple(past for past in waiting if past.query_id not in known)
        return _recalled((*(stored.turns if stored else ()), *fresh), stored, facts)

    def keep(self, turn: Turn, standalone: str, events: Sequence[Event], asked_at: float) -> None:
        """Keeps an ended answer as far as it went, and as far as tenant and visitor allow; never blocks.

        Args:
            turn: The question.
            standalone: As it was searched for; empty where it was searched for as it was asked.
            events: What the reader was sent.
            asked_at: Seconds since the epoch.
        """
        owner, conversation_id = turn.caller.owner, turn.question.conversation_id
        if not conversation_id:
            return
        stored = record(turn, standalone, events, asked_at)
        consent = consent_of(turn.caller, self._rules_of)
        if not consent.history:
            self._unkept.add(owner, conversation_id, stored)
            return
        facts = stated_facts(turn.question.text) if consent.memory else ()
        then = partial(self._settled, turn, facts)
        self._writer.put(Entry(owner, conversation_id, stored), then)

    def forget(self, owner: Owner, conversation_id: str) -> None:
        """Forgets what of a conversation is not in the database."""
        self._unkept.forget(owner, conversation_id)
        self._writer.forget(owner, conversation_id)

    async def _within_budget(
        self, recent: Callable[[], Pages | None], recall: Callable[[], tuple[str, ...]]
    ) -> tuple[Pages | None, tuple[str, ...]]:
        if self._clock.monotonic() < self._not_before:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(RECALL_SECONDS):
                return await asyncio.gather(
                    loop.run_in_executor(self._executor, recent), loop.run_in_executor(self._executor, recall)
                )
        except TimeoutError:
            self._not_before = self._clock.monotonic() + LEFT_ALONE_SECONDS
            raise

    def _settled(self, turn: Turn, facts: tuple[str, ...]) -> None:
        owner, conversation_id = turn.caller.owner, turn.question.conversation_id
        self._summariser.grown(owner, conversation_id, turn.manifest)
        if facts:
            learned = self._executor.submit(self._facts.learn, owner, conversation_id, facts)
            learned.add_done_callback(lambda done: _note(done.exception()))


def _note(error: BaseException | None) -> None:
    if error is not None:
        FAIL_OPEN.labels("facts").inc()
        log.warning("facts_not_learned", error=type(error).__name__)


def _recalled(turns: tuple[StoredTurn, ...], stored: Pages | None, facts: tuple[str, ...]) -> Recalled:
    cut = window(turns)
    summary, through = (stored.conversation.summary, stored.conversation.summarised) if stored else ("", 0)
    # What has left the window and is not summed up yet is summed up here, so that nothing falls between.
    summary = extend(summary, [turn for turn in cut.older if not 0 < turn.seq <= through])
    memory = Memory(tuple(_past(turn) for turn in cut.seen), summary, facts)
    return Recalled(memory, trimmed=just_trimmed(turns))


def _past(turn: StoredTurn) -> PastTurn:
    asked_at = datetime.fromtimestamp(turn.asked_at, UTC)
    return PastTurn(turn.query_id, turn.question, turn.standalone, turn.answer, turn.finish, asked_at)
