"""Shows as metrics what the ingest has before it, from the serving process: a dead worker tells nothing."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from libs.common.clock import Clock
from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger
from libs.common.metrics import DOCUMENTS, OLDEST_PENDING_SECONDS, QUEUE_DEPTH
from services.retrieval.documents import IngestStatus

log = logger(__name__)

PERIOD_SECONDS = 15.0


class IngestGauges:
    """Reads the backlog every quarter of a minute.

    Args:
        status: How far the ingest has come.
        clock: Tells how long documents have waited.
    """

    def __init__(self, status: IngestStatus, clock: Clock) -> None:
        self._status = status
        self._clock = clock

    async def run(self) -> None:
        """Keeps the gauges up to date, for ever."""
        while True:
            await self.refresh()
            await asyncio.sleep(PERIOD_SECONDS)

    async def refresh(self) -> None:
        """Sets the gauges; they stay as they are while the database is away."""
        try:
            backlog = await asyncio.to_thread(self._status.backlog)
        except DependencyUnavailable as error:
            log.debug("backlog_unknown", reason=str(error))
            return
        for state, documents in asdict(backlog.counts).items():
            DOCUMENTS.labels(state).set(documents)
        QUEUE_DEPTH.labels("ingest").set(backlog.counts.pending)
        since = backlog.oldest_pending
        OLDEST_PENDING_SECONDS.set(0.0 if since is None else max(0.0, self._clock.now() - since))
