"""The gRPC face of retrieval: reads requests, calls the service's parts, writes responses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import grpc

from libs.common.caller import current_caller
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import InvalidRequest, NotFound, Overloaded
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.pressure import PRESSURE_KEY, SHED
from libs.common.rpc_policy import MethodPolicy
from services.retrieval.document_messages import read_parts, write_document
from services.retrieval.documents import STATES, DocumentStore
from services.retrieval.intake import IntakeResult, Part
from services.retrieval.page_token import read_page_token, write_page_token
from services.retrieval.passages import PassageLookup
from services.retrieval.search import Search
from services.retrieval.search_messages import read_priority, read_search, write_passage, write_result
from services.retrieval.served_index import ServedIndex

FULL_NAME = "causeway.retrieval.v1.Retrieval"

POLICY: Mapping[str, MethodPolicy] = {
    "Search": MethodPolicy("search"),
    "GetPassages": MethodPolicy("search"),
    "GetIndex": MethodPolicy("search"),
    "IndexDocuments": MethodPolicy("ingest"),
    "ListDocuments": MethodPolicy("ingest"),
    "GetDocument": MethodPolicy("ingest"),
    "DeleteDocuments": MethodPolicy("ingest"),
}
"""Who may call what."""

SEARCH_SECONDS = 5.0
"""How long a search may take where its caller sets no earlier deadline."""

MAX_PAGE = 1000
MAX_DELETED = 1000
_DEFAULT_PAGE = 100

Context = grpc.aio.ServicerContext[object, object]


class DocumentIntake(Protocol):
    """Takes streams of documents in."""

    async def accept(self, tenant: str, parts: AsyncIterator[Part]) -> IntakeResult:
        """Accepts the documents of a stream durably, and says what became of each."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What the server calls.

    Attributes:
        search: Finds passages.
        lookup: Reads passages by id.
        served: The index that is being served.
        embedder: Identity of the embedder.
        documents: The documents and their states.
        intake: Takes documents in.
        clock: Tells the time.
    """

    search: Search
    lookup: PassageLookup
    served: ServedIndex
    embedder: str
    documents: DocumentStore
    intake: DocumentIntake
    clock: Clock


class RetrievalServer(retrieval_pb2_grpc.RetrievalServicer):
    """The methods of `causeway.retrieval.v1.Retrieval`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:  # noqa: N802
        """Finds the passages that best match a query."""
        deadline = Deadline.inherited(context, SEARCH_SECONDS, self._parts.clock)
        query = read_search(request)
        priority = read_priority(context.invocation_metadata() or ())
        try:
            result = await self._parts.search.run(current_caller(), query, deadline, priority)
        except Overloaded:
            await context.send_initial_metadata(((PRESSURE_KEY, str(SHED)),))
            raise
        await context.send_initial_metadata(((PRESSURE_KEY, str(result.pressure)),))
        return write_result(result, include_text=request.include_text)

    async def GetPassages(  # noqa: N802
        self, request: pb.GetPassagesRequest, context: Context
    ) -> pb.GetPassagesResponse:
        """Returns passages by id, as far as the caller may see them."""
        found = await self._parts.lookup.get(current_caller(), request.passage_ids)
        return pb.GetPassagesResponse(
            passages=[write_passage(passage, include_text=True) for passage in found]
        )

    async def GetIndex(self, request: pb.GetIndexRequest, context: Context) -> pb.GetIndexResponse:  # noqa: N802
        """Describes the index that is being served, and the ingest that is under way."""
        tenant, documents, build = current_caller().tenant, self._parts.documents, self._parts.served.build
        counts = await asyncio.to_thread(documents.counts, tenant)
        progress = await asyncio.to_thread(documents.progress)
        return pb.GetIndexResponse(
            index_version=build.index_version if build else "",
            content_revision=build.revision if build else 0,
            accepted_revision=await asyncio.to_thread(documents.accepted_revision, tenant),
            embedder=self._parts.embedder,
            passages=build.tenants.get(tenant, 0) if build else 0,
            documents=pb.DocumentCounts(
                pending=counts.pending, indexed=counts.indexed, skipped=counts.skipped, failed=counts.failed
            ),
            progress=pb.IngestProgress(
                phase=progress.phase, done=progress.done, total=progress.total, rate=progress.rate
            ),
        )

    async def IndexDocuments(  # noqa: N802
        self, request_iterator: AsyncIterator[pb.IndexDocumentsRequest], context: Context
    ) -> pb.IndexDocumentsResponse:
        """Accepts documents durably; the ingest worker indexes them afterwards."""
        result = await self._parts.intake.accept(current_caller().tenant, read_parts(request_iterator))
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
            self._parts.documents.list, tenant, size + 1, after, request.state or None
        )
        page = found[:size]
        following = write_page_token(page[-1].uri, request.state) if len(found) > size else ""
        return pb.ListDocumentsResponse(documents=map(write_document, page), next_page_token=following)

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context) -> pb.GetDocumentResponse:  # noqa: N802
        """Returns one document with its state."""
        tenant = current_caller().tenant
        found = await asyncio.to_thread(self._parts.documents.get, tenant, request.document_id)
        if found is None:
            raise NotFound("There is no such document; `ListDocuments` shows those that are there.")
        return pb.GetDocumentResponse(document=write_document(found))

    async def DeleteDocuments(  # noqa: N802
        self, request: pb.DeleteDocumentsRequest, context: Context
    ) -> pb.DeleteDocumentsResponse:
        """Removes documents; they leave the index with the next build."""
        if not 1 <= len(request.document_ids) <= MAX_DELETED:
            raise InvalidRequest(f"Name 1 to {MAX_DELETED} documents.", field="document_ids")
        tenant, ids = current_caller().tenant, list(request.document_ids)
        return pb.DeleteDocumentsResponse(
            deleted=await asyncio.to_thread(self._parts.documents.delete, tenant, ids)
        )
