"""Takes streams of documents in, durably."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from libs.common.clock import Clock
from libs.common.errors import InvalidRequest
from services.retrieval.blobs import SPOOL_BYTES, Blobs, Spool
from services.retrieval.documents import DocumentHeader, DocumentSource
from services.retrieval.header_rules import HeaderRefused, checked_header, checked_uri

MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
MAX_SOURCE_CHARACTERS = 200
MAX_REPORTED = 1000
"""Rejections that are named one by one."""
_BATCH_DOCUMENTS = 64
_BATCH_BYTES = 8 * SPOOL_BYTES
_BATCH_SECONDS = 2.0

Part = DocumentSource | DocumentHeader | bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document whose content is stored and that is to be recorded.

    Attributes:
        header: Its checked header.
        content_hash: SHA-256 of its content, hexadecimal.
        size_bytes: Size of its content.
    """

    header: DocumentHeader
    content_hash: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of a stream.

    Attributes:
        accepted: New or changed documents, now pending.
        unchanged: Documents known with the same content and metadata.
        removed: Documents removed because a complete source no longer holds them.
        rejected: (uri, reason) of documents that were not accepted.
        revision: The content revision at which all of this is served.
    """

    accepted: int
    unchanged: int
    removed: int
    rejected: tuple[tuple[str, str], ...]
    revision: int


class IntakeStore(Protocol):
    """Records what arrives; every method is durable when it returns, or raises DependencyUnavailable."""

    def record(self, tenant: str, source_id: str, arrivals: Sequence[Arrival]) -> int:
        """Records documents as seen, the new and changed ones as pending; returns how many those are."""
        ...

    def remove_absent(self, tenant: str, source_id: str, present: AbstractSet[str]) -> int:
        """Removes the source's documents whose uris are not present; returns how many."""
        ...

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        ...


class Intake:
    """Accepts streams of documents; any number at the same time.

    Args:
        store: Records documents.
        blobs: Keeps their content.
        clock: Tells how long a batch has waited.
        max_bytes: Size above which a document is rejected.
    """

    def __init__(
        self, store: IntakeStore, blobs: Blobs, clock: Clock, max_bytes: int = MAX_DOCUMENT_BYTES
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._max_bytes = max_bytes

    async def accept(self, tenant: str, parts: AsyncIterator[Part]) -> IntakeResult:
        """Takes a stream: a source, then for each document its header and its content in parts.

        Every document that is counted as accepted is on disk before this returns; so are those of a
        stream that breaks, up to its last full batch, but a broken stream removes nothing.

        Raises:
            InvalidRequest: The parts do not come in that order.
            DependencyUnavailable: There is no room, or the database cannot be written.
        """
        stream = _Stream(self._store, self._blobs, self._clock, self._max_bytes, tenant)
        try:
            async for part in parts:
                await stream.take(part)
            return await stream.finish()
        finally:
            stream.discard()


class _Stream:
    """One stream under way: at most one open document, and a batch of finished ones."""

    def __init__(self, store: IntakeStore, blobs: Blobs, clock: Clock, max_bytes: int, tenant: str) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._max_bytes = max_bytes
        self._tenant = tenant
        self._source: DocumentSource | None = None
        self._uri: str | None = None
        self._open: tuple[DocumentHeader, Spool] | None = None
        self._batch: list[tuple[Arrival, Spool]] = []
        self._batch_began = 0.0
        self._present: set[str] = set()
        self._accepted = self._unchanged = self._unreported = 0
        self._rejected: list[tuple[str, str]] = []

    async def take(self, part: Part) -> None:
        if isinstance(part, DocumentSource):
            self._begin(part)
        elif self._source is None:
            raise InvalidRequest("The first message of the stream must name the source.", field="source")
        elif isinstance(part, DocumentHeader):
            await self._close_document()
            self._open_document(part)
        elif self._uri is None:
            raise InvalidRequest("Content came before the header of its document.", field="content")
        else:
            await self._add(part)

    async def finish(self) -> IntakeResult:
        if self._source is None:
            raise InvalidRequest("The stream holds nothing; begin it with a source.", field="source")
        await self._close_document()
        await self._flush(self._source)
        removed = 0
        if self._source.complete:
            removed = await asyncio.to_thread(
                self._store.remove_absent, self._tenant, self._source.source_id, self._present
            )
        if self._unreported:
            self._rejected.append(("", f"{self._unreported} more documents were rejected."))
        revision = await asyncio.to_thread(self._store.accepted_revision, self._tenant)
        return IntakeResult(self._accepted, self._unchanged, removed, tuple(self._rejected), revision)

    def discard(self) -> None:
        for _, spool in self._batch:
            spool.discard()
        if self._open is not None:
            self._open[1].discard()

    def _begin(self, source: DocumentSource) -> None:
        if self._source is not None:
            raise InvalidRequest("A stream names its source once, in its first message.", field="source")
        name = source.source_id
        if not name or len(name) > MAX_SOURCE_CHARACTERS or not name.isprintable():
            raise InvalidRequest(
                f"source_id must be 1 to {MAX_SOURCE_CHARACTERS} printable characters.",
                field="source.source_id",
            )
        self._source = source

    def _open_document(self, header: DocumentHeader) -> None:
        self._uri = header.uri
        try:
            uri = checked_uri(header.uri)
            if uri in self._present:
                self._reject("The uri appears twice in the stream; only the first was taken.")
                return
            self._present.add(uri)  # rejected or not, its source still holds it
            self._open = (checked_header(header), self._blobs.spool())
        except HeaderRefused as refusal:
            self._reject(str(refusal))

    async def _add(self, part: bytes) -> None:
        if self._open is None:
            return  # the rest of a rejected document
        spool = self._open[1]
        if spool.size + len(part) > self._max_bytes:
            self._reject(f"The document is larger than {self._max_bytes // (1024 * 1024)} MiB.")
            return
        await asyncio.to_thread(spool.add, part)

    async def _close_document(self) -> None:
        if self._open is None or self._source is None:
            return
        header, spool = self._open
        self._open = None
        if not self._batch:
            self._batch_began = self._clock.monotonic()
        self._batch.append((Arrival(header, spool.content_hash, spool.size), spool))
        held = sum(min(spool.size, SPOOL_BYTES) for _, spool in self._batch)
        waited = self._clock.monotonic() - self._batch_began
        if len(self._batch) >= _BATCH_DOCUMENTS or held >= _BATCH_BYTES or waited >= _BATCH_SECONDS:
            await self._flush(self._source)

    async def _flush(self, source: DocumentSource) -> None:
        if not self._batch:
            return
        batch = self._batch
        changed = await asyncio.to_thread(self._store_batch, source.source_id, batch)
        self._batch = []
        for _, spool in batch:
            spool.discard()
        self._accepted += changed
        self._unchanged += len(batch) - changed

    def _store_batch(self, source_id: str, batch: Sequence[tuple[Arrival, Spool]]) -> int:
        self._blobs.keep([spool for _, spool in batch])  # the content first: a record never lacks it
        return self._store.record(self._tenant, source_id, [arrival for arrival, _ in batch])

    def _reject(self, reason: str) -> None:
        if self._open is not None:
            self._open[1].discard()
            self._open = None
        if len(self._rejected) < MAX_REPORTED:
            self._rejected.append((self._uri or "", reason))
        else:
            self._unreported += 1
