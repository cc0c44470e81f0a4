"""Documents as messages of the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

from libs.common.errors import InvalidRequest
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.content_report import ContentReport, Finding, Place
from services.retrieval.documents import Document, DocumentHeader, DocumentSource
from services.retrieval.intake import Part

MAX_CONTENT_BYTES = 1024 * 1024


def write_document(document: Document) -> pb.Document:
    """Writes a document and its state."""
    return pb.Document(
        document_id=document.document_id,
        uri=document.uri,
        url=document.url,
        title=document.title,
        content_type=document.content_type,
        state=document.state,
        reason=document.reason,
        retryable=document.retryable,
        attempts=document.attempts,
        passages=document.passages,
        size_bytes=document.size_bytes,
        content_hash=document.content_hash,
        access=document.access,
        source_id=document.source_id,
        last_seen_at=document.last_seen_at,
        last_changed_at=document.last_changed_at,
        tags=document.tags,
        language=document.language,
        product=document.product,
        version=document.version,
        reason_code=document.reason_code,
        updated_at=document.updated_at,
        next_attempt_at=document.next_attempt_at,
        duplicate_of=document.duplicate_of,
        near_duplicate_of=document.near_duplicate_of,
        similarity=document.similarity,
    )


def write_report(report: ContentReport) -> pb.GetContentReportResponse:
    """Writes what is wrong with the documents."""
    return pb.GetContentReportResponse(
        documents=report.documents,
        findings=[
            pb.ContentFinding(kind=kind, count=count, examples=map(_example, report.examples.get(kind, ())))
            for kind, count in report.counts.items()
        ],
    )


def _example(finding: Finding) -> pb.ContentExample:
    return pb.ContentExample(
        at=_place(finding.at),
        other=None if finding.other is None else _place(finding.other),
        detail=finding.detail,
        similarity=finding.similarity,
    )


def _place(place: Place) -> pb.ContentPlace:
    return pb.ContentPlace(
        document_id=place.document_id, uri=place.uri, source_id=place.source_id, line=place.line
    )


async def read_parts(messages: AsyncIterator[pb.IndexDocumentsRequest]) -> AsyncIterator[Part]:
    """Reads the parts of a stream of documents; raises InvalidRequest where one is none."""
    async for message in messages:
        kind = message.WhichOneof("part")
        if kind == "source":
            yield DocumentSource(message.source.source_id, message.source.complete)
        elif kind == "document":
            header = message.document
            yield DocumentHeader(
                uri=header.uri,
                content_type=header.content_type,
                url=header.url,
                access=tuple(header.access),
                updated_at=header.updated_at,
                tags=tuple(header.tags),
                language=header.language,
                product=header.product,
                version=header.version,
                title=header.title,
            )
        elif kind == "content":
            if len(message.content) > MAX_CONTENT_BYTES:
                raise InvalidRequest("Send at most 1 MiB of content in a message.", field="content")
            yield message.content
        else:
            raise InvalidRequest("A message of the stream carries nothing.", field="part")
