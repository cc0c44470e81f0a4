"""Makes a snapshot of what a tenant is being served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from libs.common.clock import Clock, rfc3339
from libs.common.errors import Conflict, DependencyUnavailable
from services.retrieval.index import Index, IndexFailure, StoredPassage
from services.retrieval.served_index import Serving
from services.retrieval.served_versions import ServedVersions
from services.retrieval.snapshots.content import document_chunk, passage_chunk
from services.retrieval.snapshots.frames import FrameWriter, Header
from services.retrieval.snapshots.snapshot_store import SnapshotStore

_SCANNED = 200
"""Passages taken from the index at a time; the event loop is held for some milliseconds."""
_DOCUMENTS = 500
_PART_BYTES = 256 * 1024
_NAME_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """The next bytes of a snapshot, and how far it is.

    Attributes:
        content: The bytes.
        passages: Passages written so far.
        total: Passages to be written.
    """

    content: bytes
    passages: int
    total: int


class CreateSnapshot:
    """Makes snapshots; one chunk at a time is in memory.

    Args:
        served: The index.
        store: The documents.
        clock: Dates them.
    """

    def __init__(self, served: ServedVersions, store: SnapshotStore, clock: Clock) -> None:
        self._served = served
        self._store = store
        self._clock = clock

    async def run(self, tenant: str) -> AsyncIterator[Part]:
        """Yields a snapshot of the tenant's passages, in parts.

        Raises:
            Conflict: The index does not hold all that was accepted, or changed meanwhile.
            DependencyUnavailable: The index or the documents cannot be read.
        """
        with self._served.lease(tenant) as serving:
            if serving is None:
                raise Conflict("There is no index yet; ingest documents first.")
            await self._require_settled(tenant, serving)
            header = Header(
                tenant=tenant,
                index_version=serving.build.index_version,
                content_revision=serving.build.revision,
                embedder=serving.build.embedder,
                created_at=rfc3339(self._clock.now()),
            )
            try:
                async for part in self._parts(header, serving):
                    yield part
            except IndexFailure as error:
                raise DependencyUnavailable("The passages cannot be read; try again shortly.") from error

    async def _parts(self, header: Header, serving: Serving) -> AsyncIterator[Part]:
        writer = FrameWriter(header)
        total, done = serving.build.tenants.get(header.tenant, 0), 0
        yield Part(writer.begin(), 0, total)
        async for content in self._documents(header.tenant, writer):
            for piece in _pieces(content):
                yield Part(piece, 0, total)
        await self._require_settled(header.tenant, serving)
        async for name, passages in _buckets(serving.index, header.tenant):
            frame = await asyncio.to_thread(_framed, writer, name, passages)
            done += len(passages)
            for piece in _pieces(frame):
                yield Part(piece, done, total)
        await self._require_settled(header.tenant, serving)
        yield Part(writer.end(), done, total)

    async def _documents(self, tenant: str, writer: FrameWriter) -> AsyncIterator[bytes]:
        after, number = "", 0
        while True:
            found = await asyncio.to_thread(self._store.documents, tenant, after, _DOCUMENTS)
            if found:
                yield writer.chunk(document_chunk(f"{number:06}", found))
                after, number = found[-1].document_id, number + 1
            if len(found) < _DOCUMENTS:
                return

    async def _require_settled(self, tenant: str, serving: Serving) -> None:
        accepted = await asyncio.to_thread(self._store.accepted_revision, tenant)
        current = self._served.build(tenant)
        if accepted > serving.build.revision or current is None or current.digest != serving.build.digest:
            raise Conflict(
                "The index is changing: wait until all documents are indexed (`causeway documents list"
                " --state pending`), then make the snapshot."
            )


def _framed(writer: FrameWriter, name: str, passages: list[StoredPassage]) -> bytes:
    return writer.chunk(passage_chunk(name, passages))


async def _buckets(index: Index, tenant: str) -> AsyncIterator[tuple[str, list[StoredPassage]]]:
    """Yields a tenant's passages by the first digits of their ids, in order."""
    bucket: list[StoredPassage] = []
    async for entry in scanned(index, tenant):
        name = entry.passage.passage_id[:_NAME_DIGITS]
        if bucket and not bucket[0].passage.passage_id.startswith(name):
            yield bucket[0].passage.passage_id[:_NAME_DIGITS], bucket
            bucket = []
        bucket.append(entry)
    if bucket:
        yield bucket[0].passage.passage_id[:_NAME_DIGITS], bucket


async def scanned(index: Index, tenant: str) -> AsyncIterator[StoredPassage]:
    """Yields all passages of a tenant by id; raises IndexFailure."""
    after = ""
    while True:
        page = await index.scan(tenant, after, _SCANNED)
        for entry in page:
            yield entry
        if len(page) < _SCANNED:
            return
        after = page[-1].passage.passage_id
        await asyncio.sleep(0)  # others wait for the event loop, too


def _pieces(content: bytes) -> list[bytes]:
    return [content[start : start + _PART_BYTES] for start in range(0, len(content), _PART_BYTES)]
