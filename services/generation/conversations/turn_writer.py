"""Stores turns after their readers have the last byte, in the order in which they ended."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import islice

from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger
from libs.common.metrics import QUEUE_DEPTH, TURNS_LOST, TURNS_STORED
from services.generation.conversations.conversation import Conversations, Entry, Owner, StoredTurn

log = logger(__name__)

MAX_WAITING = 2000
"""Turns that wait for a database that is away; at a few kilobytes each, some megabytes."""
_BATCH = 50
_PAUSE_SECONDS = 1.0
"""Between two attempts while the database is away."""

_Key = tuple[Owner, str]
"""An owner and a query id."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    entry: Entry
    stored: Callable[[], None]


class TurnWriter:
    """Takes turns at once and writes them when the database can.

    Args:
        conversations: Where turns are stored.
        executor: Where that is waited for.
        max_waiting: How many may wait; then the oldest one is given up, and counted.
        pause_seconds: How long to leave a database alone that is away.
    """

    def __init__(
        self,
        conversations: Conversations,
        executor: Executor,
        max_waiting: int = MAX_WAITING,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        self._conversations = conversations
        self._executor = executor
        self._max_waiting = max_waiting
        self._pause_seconds = pause_seconds
        self._waiting: OrderedDict[_Key, _Waiting] = OrderedDict()
        self._grown = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        QUEUE_DEPTH.labels("turns").set_function(lambda: len(self._waiting))

    def put(self, entry: Entry, stored: Callable[[], None]) -> None:
        """Takes a turn; never blocks.

        Args:
            entry: The turn.
            stored: Called once it is stored.
        """
        if len(self._waiting) >= self._max_waiting:
            self._waiting.popitem(last=False)
            self._lost("queue_full", 1)
        self._waiting[entry.owner, entry.turn.query_id] = _Waiting(entry, stored)
        self._emptied.clear()
        self._grown.set()

    def waiting(self, owner: Owner, conversation_id: str) -> tuple[StoredTurn, ...]:
        """Returns the turns of a conversation that are not stored yet, oldest first."""
        return tuple(
            waiting.entry.turn
            for waiting in self._waiting.values()
            if waiting.entry.owner == owner and waiting.entry.conversation_id == conversation_id
        )

    def forget(self, owner: Owner, conversation_id: str) -> None:
        """Gives up the turns of a conversation that is being deleted."""
        for turn in self.waiting(owner, conversation_id):
            self._waiting.pop((owner, turn.query_id), None)

    async def run(self) -> None:
        """Writes until cancelled."""
        while True:
            await self._grown.wait()
            self._grown.clear()
            while self._waiting:
                batch = [waiting.entry for waiting in islice(self._waiting.values(), _BATCH)]
                if await self._written(batch):
                    self._settle(batch)
                else:
                    await asyncio.sleep(self._pause_seconds)
            self._emptied.set()

    async def drain(self, seconds: float) -> None:
        """Waits until everything is stored; what is not in time is given up, and counted."""
        try:
            async with asyncio.timeout(seconds):
                await self._emptied.wait()
        except TimeoutError:
            self._lost("stopped", len(self._waiting))

    async def _written(self, batch: Sequence[Entry]) -> bool:
        """Stores some turns; False where the database is away."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._executor, self._conversations.add, batch)
        except DependencyUnavailable as error:
            log.warning("turns_wait", waiting=len(self._waiting), reason=error.detail)
            return False
        except Exception as error:  # noqa: BLE001 - one turn that cannot be stored must not stop the others
            if len(batch) > 1:
                for entry in batch:
                    if not await self._written([entry]):
                        return False
                return True
            # Its text may hold what was asked; its name does not.
            log.warning("turn_not_stored", query_id=batch[0].turn.query_id, error=type(error).__name__)
            self._waiting.pop((batch[0].owner, batch[0].turn.query_id), None)
            self._lost("refused", 1)
        return True

    def _settle(self, batch: Sequence[Entry]) -> None:
        for entry in batch:
            waiting = self._waiting.pop((entry.owner, entry.turn.query_id), None)
            if waiting is not None:
                TURNS_STORED.inc()
                waiting.stored()

    def _lost(self, reason: str, number: int) -> None:
        TURNS_LOST.labels(reason).inc(number)
        log.error("turns_lost", reason=reason, number=number)
