"""The collection that is being served: follows its commits through the alias."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from qdrant_client import AsyncQdrantClient

from libs.common.clock import Clock
from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger
from libs.common.metrics import INDEX_PASSAGES, INDEX_REVISION, INDEX_SWAPS
from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_cluster.cluster_index import QdrantClusterIndex
from services.retrieval.qdrant_cluster.commit import COMMIT_ID, Commit, commit_of
from services.retrieval.qdrant_cluster.connection import cluster_errors, require_version
from services.retrieval.served_index import Serving

log = logger(__name__)

POLL_SECONDS = 0.5
_LOG_SECONDS = 30.0


class ServedCollection:
    """Holds the index over an alias, and what was last committed behind it.

    Args:
        client: The connection; its owner closes it.
        alias: Name under which the collection is served.
        index: Answers over the alias.
        clock: Tells the time.
    """

    def __init__(
        self,
        client: AsyncQdrantClient,
        alias: str,
        index: QdrantClusterIndex,
        clock: Clock,
    ) -> None:
        self._client = client
        self._alias = alias
        self._index = index
        self._clock = clock
        self._commit: Commit | None = None
        self._failure = "it has not been asked yet"
        self._logged_at = float("-inf")

    @property
    def build(self) -> Commit | None:
        """What was last committed; None before the first commit."""
        return self._commit

    @contextmanager
    def lease(self) -> Iterator[Serving | None]:
        """Yields what answers queries; None before the first commit.

        Raises:
            DependencyUnavailable: Whether anything is committed could never be found out.
        """
        if self._commit is None:
            if self._failure:
                raise DependencyUnavailable("The index cannot be reached; try again shortly.")
            yield None
            return
        yield Serving(self._commit, self._index)

    async def run(self) -> None:
        """Follows the commits for ever."""
        while True:
            await self.refresh()
            await asyncio.sleep(POLL_SECONDS)

    async def refresh(self) -> None:
        """Looks once for another commit; while the cluster is away, what is known stays."""
        try:
            commit = await self._look()
        except IndexFailure as failure:
            self._failed(str(failure))
            return
        self._failure = ""
        if commit is not None and commit != self._commit:
            INDEX_SWAPS.labels("swapped").inc()
            INDEX_PASSAGES.set(commit.passages)
            INDEX_REVISION.set(commit.revision)
            log.info("commit_seen", index_version=commit.index_version, content_revision=commit.revision)
        self._commit = commit

    async def close(self) -> None:
        """Closes the index; the connection stays its owner's."""
        self._index.close()

    async def _look(self) -> Commit | None:
        with cluster_errors():
            if not await self._has_alias():
                return None
            records = await self._client.retrieve(self._alias, [COMMIT_ID], with_payload=True)
        return commit_of(records[0].payload) if records else None

    async def _has_alias(self) -> bool:
        if self._commit is not None:
            return True
        require_version((await self._client.info()).version)
        found = await self._client.get_aliases()
        return any(each.alias_name == self._alias for each in found.aliases)

    def _failed(self, reason: str) -> None:
        now = self._clock.monotonic()
        if not self._failure or now - self._logged_at >= _LOG_SECONDS:
            log.warning("cluster_not_read", alias=self._alias, reason=reason)
            self._logged_at = now
        self._failure = reason
