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
from libs.common.errors import InvalidRequest, NotFound
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_policy import MethodPolicy
from services.retrieval.documents import STATES, Document, DocumentHeader, DocumentSource, DocumentStore
from services.retrieval.intake import IntakeResult, Part
from services.retrieval.page_token import read_page_token, write_page_token
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.passages import PassageLookup
from services.retrieval.search import Search
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import FoundPassage, SearchResult
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
MAX_CONTENT_BYTES = 1024 * 1024
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
        query = SearchQuery(
            text=request.query,
            k=request.k,
            profile=request.profile,
            filter=_filter(request.filter),
            page_url=request.page_hint.url,
        )
        result = await self._parts.search.run(current_caller(), query, deadline)
        return _search_response(result, include_text=request.include_text)

    async def GetPassages(  # noqa: N802
        self, request: pb.GetPassagesRequest, context: Context
    ) -> pb.GetPassagesResponse:
        """Returns passages by id, as far as the caller may see them."""
        found = await self._parts.lookup.get(current_caller(), request.passage_ids)
        return pb.GetPassagesResponse(passages=[_passage(passage, include_text=True) for passage in found])

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
        result = await self._parts.intake.accept(current_caller().tenant, _stream_parts(request_iterator))
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
        return pb.ListDocumentsResponse(documents=map(_document, page), next_page_token=following)

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context) -> pb.GetDocumentResponse:  # noqa: N802
        """Returns one document with its state."""
        tenant = current_caller().tenant
        found = await asyncio.to_thread(self._parts.documents.get, tenant, request.document_id)
        if found is None:
            raise NotFound("There is no such document; `ListDocuments` shows those that are there.")
        return pb.GetDocumentResponse(document=_document(found))

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


async def _stream_parts(messages: AsyncIterator[pb.IndexDocumentsRequest]) -> AsyncIterator[Part]:
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


def _filter(message: pb.SearchFilter) -> PassageFilter:
    return PassageFilter(
        document_ids=tuple(message.document_ids),
        uri_prefix=message.uri_prefix,
        tags_any=tuple(message.tags_any),
        tags_all=tuple(message.tags_all),
        language=message.language,
        updated_from=message.updated_from,
        updated_before=message.updated_before,
    )


def _search_response(result: SearchResult, *, include_text: bool) -> pb.SearchResponse:
    timings = result.timings
    return pb.SearchResponse(
        passages=[_found(found, include_text=include_text) for found in result.passages],
        degradations=result.degradations,
        timings=pb.SearchTimings(
            embed_ms=timings.embed, search_ms=timings.search, fuse_ms=timings.fuse, total_ms=timings.total
        ),
        index_version=result.index_version,
        profile=result.profile,
        content_revision=result.content_revision,
    )


def _found(found: FoundPassage, *, include_text: bool) -> pb.Passage:
    message = _passage(found.passage, include_text=include_text)
    message.score = found.score
    message.scores.CopyFrom(pb.StageScores(dense=found.dense, bm25=found.bm25, fused=found.fused))
    return message


def _passage(passage: Passage, *, include_text: bool) -> pb.Passage:
    return pb.Passage(
        passage_id=passage.passage_id,
        document_id=passage.document_id,
        uri=passage.uri,
        url=passage.url,
        title=passage.title,
        heading_path=passage.heading_path,
        text=passage.text if include_text else "",
        start=passage.start,
        end=passage.end,
        updated_at=passage.updated_at,
        page=passage.page,
        language=passage.language,
        tags=passage.tags,
        product=passage.product,
        version=passage.version,
    )


def _document(document: Document) -> pb.Document:
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
    )
