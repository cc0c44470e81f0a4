"""Streams the documents of a source to retrieval."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import grpc

from cli.document import Remark, SourceDocument
from cli.retrieval_client import RetrievalClient
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb

_PART_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a stream.

    Attributes:
        accepted: New or changed documents.
        unchanged: Documents known with the same content.
        removed: Documents that left, because the source no longer holds them.
        rejected: Documents that retrieval did not accept.
        faults: Documents that could not be read after all.
        revision: The content revision at which all of this is served.
    """

    accepted: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: tuple[Remark, ...] = ()
    faults: tuple[Remark, ...] = ()
    revision: int = 0


class _NotWhole(Exception):
    """A document of a complete stream could not be read: the stream must not end well."""


async def deliver(
    client: RetrievalClient,
    source_id: str,
    documents: Sequence[SourceDocument],
    *,
    complete: bool,
    sent: Callable[[int], None] = lambda _: None,
) -> Delivery:
    """Streams documents; the flow follows retrieval, which takes no more than it can write.

    A complete stream of which a document turns out not to be readable is broken off, so that it removes
    nothing, and sent again as one that is not complete.

    Args:
        client: Where to.
        source_id: Name of the source within the tenant.
        documents: Its documents.
        complete: Documents of the source that are not among these leave.
        sent: Called with the number of bytes whenever some have been taken.
    """
    stream = _Stream(source_id, documents, complete, sent)
    try:
        return await stream.run(client)
    except _NotWhole:
        return await _Stream(source_id, documents, False, lambda _: None).run(client)


class _Stream:
    def __init__(
        self,
        source_id: str,
        documents: Sequence[SourceDocument],
        complete: bool,
        sent: Callable[[int], None],
    ) -> None:
        self._source = pb.DocumentSource(source_id=source_id, complete=complete)
        self._documents = documents
        self._sent = sent
        self._faults: list[Remark] = []

    async def run(self, client: RetrievalClient) -> Delivery:
        call = client.stub.IndexDocuments(metadata=client.metadata)
        try:
            # Where retrieval has ended the call, its answer, or why, is read below.
            with contextlib.suppress(asyncio.InvalidStateError, grpc.aio.AioRpcError):
                async for part in self._parts():
                    await call.write(part)
                    self._sent(len(part.content))
                self._require_whole()
                await call.done_writing()
            answer: pb.IndexDocumentsResponse = await call
        finally:
            call.cancel()  # where it has not ended
        return Delivery(
            accepted=answer.accepted,
            unchanged=answer.unchanged,
            removed=answer.removed,
            rejected=tuple(Remark(r.uri, r.reason) for r in answer.rejected),
            faults=tuple(self._faults),
            revision=answer.revision,
        )

    def _require_whole(self) -> None:
        if self._faults and self._source.complete:
            raise _NotWhole

    async def _parts(self) -> AsyncIterator[pb.IndexDocumentsRequest]:
        yield pb.IndexDocumentsRequest(source=self._source)
        for document in self._documents:
            try:
                content = await asyncio.to_thread(document.read)
            except OSError as error:
                self._faults.append(Remark(document.uri, f"cannot be read ({error.strerror or error})"))
                continue
            yield pb.IndexDocumentsRequest(document=header_of(document))
            for start in range(0, len(content), _PART_BYTES):
                yield pb.IndexDocumentsRequest(content=content[start : start + _PART_BYTES])


def header_of(document: SourceDocument) -> pb.DocumentHeader:
    """The header with which a document is sent."""
    return pb.DocumentHeader(
        uri=document.uri,
        content_type=document.content_type,
        updated_at=document.updated_at,
        url=document.url,
        access=document.access,
        tags=document.tags,
        product=document.product,
        version=document.version,
    )
