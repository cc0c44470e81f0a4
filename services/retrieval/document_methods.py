"""The calls about documents: takes them in, lists them, looks after them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import grpc

from libs.common.caller import current_caller
from libs.common.errors import InvalidRequest, NotFound
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.content_report import ContentReporter
from services.retrieval.document_messages import read_parts, write_document, write_report
from services.retrieval.documents import STATES, DocumentStore
from services.retrieval.intake import IntakeResult, Part
from services.retrieval.page_token import read_page_token, write_page_token

MAX_PAGE = 1000
MAX_IDS = 1000
MAX_EXAMPLES = 100
_DEFAULT_PAGE = 100
_DEFAULT_EXAMPLES = 10

Context = grpc.aio.ServicerContext[object, object]


class DocumentIntake(Protocol):
    """Takes streams of documents in."""

    async def accept(self, tenant: str, parts: AsyncIterator[Part]) -> IntakeResult:
        """Accepts the documents of a stream durably, and says what became of each."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentParts:
    """What the calls about documents need.

    Attributes:
        store: The documents and their states.
        intake: Takes documents in.
        report: Says what is wrong with them.
    """

    store: DocumentStore
    intake: DocumentIntake
    report: ContentReporter


class DocumentMethods:
    """The methods of `causeway.retrieval.v1.Retrieval` that are about documents."""

    def __init__(self, documents: DocumentParts) -> None:
        self._documents = documents

    async def IndexDocuments(  # noqa: N802
        self, request_iterator: AsyncIterator[pb.IndexDocumentsRequest], context: Context
    ) -> pb.IndexDocumentsResponse:
        """Accepts documents durably; the ingest worker indexes them afterwards."""
        result = await self._documents.intake.accept(current_caller().tenant, read_parts(request_iterator))
        return pb.IndexDocumentsResponse(
            accepted=result.accepted,
            unchanged=result.unchanged,
            removed=result.removed,
            rejected=[pb.RejectedDocument(uri=uri, reason=reason) for uri, reason in result.rejected],
            revision=result.revision,
        )

    async def ListDocuments(  # noqa: N802
        self, request: pb.ListDocumentsRequest, context: Context
    ) -> pb.ListDocumentsResponse:
        """Lists the tenant's documents with their states."""
        if not 0 <= request.page_size <= MAX_PAGE:
            raise InvalidRequest(f"Ask for 1 to {MAX_PAGE} documents, or 0.", field="page_size")
        if request.state and request.state not in STATES:
            raise InvalidRequest(f"A state is one of {', '.join(STATES)}.", field="state")
        size = request.page_size or _DEFAULT_PAGE
        after = read_page_token(request.page_token, request.state)
        tenant = current_caller().tenant
        # One more than asked for tells whether there is another page.
        found = await asyncio.to_thread(
            self._documents.store.list, tenant, size + 1, after, request.state or None
        )
        page = found[:size]
        following = (
            write_page_token((page[-1].uri, page[-1].document_id), request.state) if len(found) > size else ""
        )
        return pb.ListDocumentsResponse(documents=map(write_document, page), next_page_token=following)

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context) -> pb.GetDocumentResponse:  # noqa: N802
        """Returns one document with its state."""
        tenant = current_caller().tenant
        found = await asyncio.to_thread(self._documents.store.get, tenant, request.document_id)
        if found is None:
            raise NotFound("There is no such document; `ListDocuments` shows those that are there.")
        return pb.GetDocumentResponse(document=write_document(found))

    async def DeleteDocuments(  # noqa: N802
        self, request: pb.DeleteDocumentsRequest, context: Context
    ) -> pb.DeleteDocumentsResponse:
        """Removes documents; they leave the index with the next build."""
        tenant, ids = current_caller().tenant, _ids(request.document_ids)
        outcome = await asyncio.to_thread(self._documents.store.delete, tenant, ids)
        return pb.DeleteDocumentsResponse(deleted=outcome.done, missing=outcome.missing)

    async def RetryDocuments(  # noqa: N802
        self, request: pb.RetryDocumentsRequest, context: Context
    ) -> pb.RetryDocumentsResponse:
        """Has documents read again that failed or were skipped."""
        tenant, ids = current_caller().tenant, _ids(request.document_ids)
        outcome = await asyncio.to_thread(self._documents.store.retry, tenant, ids)
        return pb.RetryDocumentsResponse(retried=outcome.done, missing=outcome.missing)

    async def GetContentReport(  # noqa: N802
        self, request: pb.GetContentReportRequest, context: Context
    ) -> pb.GetContentReportResponse:
        """Says what is wrong with the tenant's documents themselves."""
        if not 0 <= request.examples <= MAX_EXAMPLES:
            raise InvalidRequest(f"Ask for 1 to {MAX_EXAMPLES} examples, or 0.", field="examples")
        report = await asyncio.to_thread(
            self._documents.report.make,
            current_caller().tenant,
            request.source_id,
            request.examples or _DEFAULT_EXAMPLES,
        )
        return write_report(report)


def _ids(given: Sequence[str]) -> list[str]:
    if not 1 <= len(given) <= MAX_IDS:
        raise InvalidRequest(f"Name 1 to {MAX_IDS} documents.", field="document_ids")
    return list(given)
