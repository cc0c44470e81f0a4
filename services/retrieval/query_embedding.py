"""Embeds queries beside the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from libs.common.errors import CausewayError
from libs.common.logs import logger
from libs.embedding.embedder import Embedder, Vectors

log = logger(__name__)


NICENESS = 5
"""How much the embedding threads give way to the event loop where they share a core: else calls pile up
unseen while it waits for them, and nobody learns how much is asked. The ingest worker gives way to both."""


class QueryEmbedding:
    """An embedder with the threads that it runs on; the runtime releases the interpreter meanwhile.

    Args:
        embedder: The embedder; safe to call from several threads.
        threads: Queries embedded at the same time; the others wait for their turn.
    """

    def __init__(self, embedder: Embedder, threads: int) -> None:
        self._embedder = embedder
        self._pool = ThreadPoolExecutor(threads, "query-embedding", _give_way)

    @property
    def identity(self) -> str:
        """Names weights and recipe; vectors compare only with those of the same identity."""
        return self._embedder.identity

    async def embed(self, text: str) -> Vectors:
        """Returns the vector of a query, shape (dimensions,), of length 1.

        A query that is cancelled while it waits is never embedded.
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._embedder.embed_query, text)

    async def warm(self) -> None:
        """Embeds once, so that the first query finds everything loaded; not to be able to is no obstacle."""
        try:
            await self.embed("What is this about?")
        except CausewayError as error:
            log.warning("embedding_not_warm", reason=str(error))

    def close(self) -> None:
        """Drops what waits; what runs ends in its own time."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere niceness belongs to processes, not to threads
        present = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(present + NICENESS, 19))
