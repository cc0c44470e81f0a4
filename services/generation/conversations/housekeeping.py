"""Keeps conversations no longer than their tenants want."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor

from libs.common.clock import Clock
from libs.common.conversation_rules import ConversationRules
from libs.common.errors import CausewayError
from libs.common.logs import logger
from libs.common.metrics import TURNS_EXPIRED
from services.generation.conversations.consent import RulesOf
from services.generation.conversations.expiry_sql import GRAVE_SECONDS, Expiry

log = logger(__name__)

SWEEP_SECONDS = 3600.0
FIRST_SECONDS = 60.0
_DAY = 86_400.0


class Housekeeping:
    """Sweeps once an hour; several processes may do it at the same time.

    Args:
        expiry: Deletes.
        rules_of: How long tenants keep what; one that is not known any more keeps it the usual time.
        executor: Where the database is waited for.
        clock: Tells what is old.
    """

    def __init__(self, expiry: Expiry, rules_of: RulesOf, executor: Executor, clock: Clock) -> None:
        self._expiry = expiry
        self._rules_of = rules_of
        self._executor = executor
        self._clock = clock

    async def run(self, first_seconds: float = FIRST_SECONDS) -> None:
        """Sweeps until cancelled."""
        await asyncio.sleep(first_seconds)
        while True:
            try:
                await self.sweep()
            except CausewayError as error:  # the next sweep makes up for it
                log.warning("conversations_not_swept", kind=error.kind, reason=error.detail)
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """Deletes what is too old; returns how many turns that were.

        Raises:
            DependencyUnavailable: The database is away.
        """
        loop = asyncio.get_running_loop()
        now, expired = self._clock.now(), 0
        for tenant in await loop.run_in_executor(self._executor, self._expiry.tenants):
            before = now - self._days(tenant) * _DAY
            expired += await loop.run_in_executor(self._executor, self._expiry.expire, tenant, before)
        await loop.run_in_executor(self._executor, self._expiry.clear_graves, now - GRAVE_SECONDS)
        TURNS_EXPIRED.inc(expired)
        if expired:
            log.info("conversations_swept", turns=expired)
        return expired

    def _days(self, tenant: str) -> int:
        try:
            return self._rules_of(tenant).retention_days
        except CausewayError:
            return ConversationRules().retention_days
