"""Documents for an ingest, and sending them as the command does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice

from benchmarks.passages import Texts, mixed_passages
from benchmarks.retrieval_service import RetrievalService
from cli.retrieval_client import connect_retrieval
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb

SECTIONS = 12
"""Sections of a document; each becomes a passage."""


def documents(texts: Texts, passages: int, seed: int = 7) -> Iterator[tuple[str, bytes]]:
    """Yields Markdown documents, uri and content, that come to about so many passages."""
    remaining = mixed_passages(texts, passages, "bench", seed)
    number = 0
    while sections := list(islice(remaining, SECTIONS)):
        parts = [f"## Part {number}.{place}\n\n{one.text}\n" for place, one in enumerate(sections)]
        yield f"bench-{seed}/{number}.md", "\n".join([f"# Document {seed}.{number}\n", *parts]).encode()
        number += 1


async def send(
    service: RetrievalService, tenant: str, many: Sequence[tuple[str, bytes]]
) -> pb.IndexDocumentsResponse:
    """Streams documents to a service; returns what became of them."""

    async def parts() -> AsyncIterator[pb.IndexDocumentsRequest]:
        yield pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="bench"))
        for uri, content in many:
            header = pb.DocumentHeader(uri=uri, content_type="text/markdown")
            yield pb.IndexDocumentsRequest(document=header)
            yield pb.IndexDocumentsRequest(content=content)

    async with connect_retrieval(service.settings, tenant, ("ingest",)) as client:
        response: pb.IndexDocumentsResponse = await client.stub.IndexDocuments(
            parts(), metadata=client.metadata
        )
    return response


async def index_of(service: RetrievalService, tenant: str) -> pb.GetIndexResponse:
    """What the service says of the index and the ingest."""
    async with connect_retrieval(service.settings, tenant, ("search",)) as client:
        response: pb.GetIndexResponse = await client.stub.GetIndex(
            pb.GetIndexRequest(), metadata=client.metadata, timeout=10
        )
    return response
