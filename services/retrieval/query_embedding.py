"""Embeds queries beside the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from libs.common.errors import CausewayError
from libs.common.logs import logger
from libs.embedding.embedder import Embedder, Vectors
from services.retrieval.giving_way import give_way

log = logger(__name__)


class QueryEmbedding:
    """An embedder with the threads that it runs on; the runtime releases the interpreter meanwhile.

    Args:
        embedder: The embedder; safe to call from several threads.
        threads: Queries embedded at the same time; the others wait for their turn.
    """

    def __init__(self, embedder: Embedder, threads: int) -> None:
        self._embedder = embedder
        self._pool = ThreadPoolExecutor(threads, "query-embedding", give_way)

    @property
    def identity(self) -> str:
        """Names weights and recipe; vectors compare only with those of the same identity."""
        return self._embedder.identity

    def begin(self, text: str) -> asyncio.Future[Vectors]:
        """Begins to embed a query: its vector to be, shape (dimensions,), of length 1.

        A query that is cancelled while it waits is never embedded.
        """
        return asyncio.get_running_loop().run_in_executor(self._pool, self._embedder.embed_query, text)

    async def warm(self) -> None:
        """Embeds once, so that the first query finds everything loaded; not to be able to is no obstacle."""
        try:
            await self.begin("What is this about?")
        except CausewayError as error:
            log.warning("embedding_not_warm", reason=str(error))

    def close(self) -> None:
        """Drops what waits; what runs ends in its own time."""
        self._pool.shutdown(wait=False, cancel_futures=True)
