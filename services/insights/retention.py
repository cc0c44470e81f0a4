"""Removes answer records that are older than they may be."""

from __future__ import annotations

import asyncio
from functools import partial

from libs.common.clock import Clock
from libs.common.errors import DependencyUnavailable, Overloaded
from libs.common.logs import logger
from services.insights.answers import AnswerStore
from services.insights.write_queue import WriteQueue

log = logger(__name__)

DAY = 86_400.0
SWEEP_SECONDS = 3600.0
_BATCH = 1000
"""Records removed by one statement, so that none holds others up for long."""


class Retention:
    """Sweeps the store at the start and then every hour.

    Args:
        store: The answer records.
        queue: Runs what blocks.
        clock: Tells what is old.
        days: How long records are kept.
    """

    def __init__(self, store: AnswerStore, queue: WriteQueue, clock: Clock, days: int) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._seconds = days * DAY

    async def sweep(self) -> int:
        """Removes everything that is too old; returns how much there was.

        Raises:
            DependencyUnavailable: The database does not answer.
            Overloaded: It has too much to do.
        """
        before, removed = self._clock.now() - self._seconds, 0
        while True:
            batch = await self._queue.run(partial(self._store.expire, before, _BATCH))
            removed += batch
            if batch < _BATCH:
                return removed

    async def run(self) -> None:
        """Sweeps until cancelled; a sweep that fails is made up for by the next."""
        while True:
            try:
                removed = await self.sweep()
            except (DependencyUnavailable, Overloaded) as error:
                log.warning("answer_records_not_expired", reason=error.detail)
            else:
                if removed:
                    log.info("answer_records_expired", count=removed)
            await asyncio.sleep(SWEEP_SECONDS)
