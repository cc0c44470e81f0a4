"""The gRPC face of retrieval: reads requests, calls the service's parts, writes responses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grpc

from libs.common.caller import current_caller
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import Overloaded
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.pressure import PRESSURE_KEY, SHED
from libs.common.rpc_policy import MethodPolicy
from services.retrieval.document_methods import DocumentMethods, DocumentParts
from services.retrieval.documents import IngestStatus
from services.retrieval.found_passage import FoundPassage
from services.retrieval.joined_sentences import sentences_of
from services.retrieval.neighbours import Part
from services.retrieval.passages import PassageLookup
from services.retrieval.search import Search
from services.retrieval.search_messages import (
    read_priority,
    read_search,
    write_passage,
    write_result,
    write_sentences,
)
from services.retrieval.sentence_lookup import SENTENCE_VECTORS, SentenceLookup
from services.retrieval.served_versions import ServedVersions
from services.retrieval.snapshots.methods import SnapshotMethods, SnapshotParts

FULL_NAME = "causeway.retrieval.v1.Retrieval"

POLICY: Mapping[str, MethodPolicy] = {
    "Search": MethodPolicy("search"),
    "GetPassages": MethodPolicy("search"),
    "GetIndex": MethodPolicy("search"),
    "IndexDocuments": MethodPolicy("ingest"),
    "ListDocuments": MethodPolicy("ingest"),
    "GetDocument": MethodPolicy("ingest"),
    "DeleteDocuments": MethodPolicy("ingest"),
    "RetryDocuments": MethodPolicy("ingest"),
    "GetContentReport": MethodPolicy("ingest"),
    "CreateSnapshot": MethodPolicy("operate"),
    "VerifySnapshot": MethodPolicy("operate"),
    "RestoreSnapshot": MethodPolicy("operate"),
}
"""Who may call what."""

SEARCH_SECONDS = 5.0
"""How long a search may take where its caller sets no earlier deadline."""

SENTENCE_BYTES = 2 * 1024 * 1024
"""Sentence vectors in one response; passages further down come without."""

Context = grpc.aio.ServicerContext[object, object]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the server calls.

    Attributes:
        search: Finds passages.
        lookup: Reads passages by id.
        served: The index that is being served.
        embedder: Identity of the embedder.
        sentences: Reads the sentence vectors of passages.
        documents: What the calls about documents need.
        ingest: How far the ingest has come.
        snapshots: What the calls about snapshots need.
        clock: Tells the time.
    """

    search: Search
    lookup: PassageLookup
    served: ServedVersions
    embedder: str
    sentences: SentenceLookup
    documents: DocumentParts
    ingest: IngestStatus
    snapshots: SnapshotParts
    clock: Clock


class RetrievalServer(DocumentMethods, SnapshotMethods, retrieval_pb2_grpc.RetrievalServicer):
    """The methods of `causeway.retrieval.v1.Retrieval`."""

    def __init__(self, parts: Parts) -> None:
        DocumentMethods.__init__(self, parts.documents)
        SnapshotMethods.__init__(self, parts.snapshots)
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
        response = write_result(result, include_text=request.include_text)
        if request.include_sentence_vectors:
            await self._add_sentences(response, result.passages)
        # At the very last: from here on, gRPC does not make the call again should this process die.
        await context.send_initial_metadata(((PRESSURE_KEY, str(result.pressure)),))
        return response

    async def _add_sentences(self, response: pb.SearchResponse, passages: Sequence[FoundPassage]) -> None:
        wanted = [part.passage for found in passages for part in found.parts or (Part(found.passage, 0),)]
        known = await self._parts.sentences.of(wanted)
        if known is None:
            response.degradations.append(SENTENCE_VECTORS)
            return
        left = SENTENCE_BYTES
        for message, found in zip(response.passages, passages, strict=True):
            sentences = sentences_of(found, known)
            if sentences is not None and (left := left - sentences.values.nbytes) >= 0:
                message.sentence_vectors.CopyFrom(write_sentences(sentences, self._parts.embedder))

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
        tenant, ingest = current_caller().tenant, self._parts.ingest
        build = self._parts.served.build(tenant)
        counts = await asyncio.to_thread(ingest.counts, tenant)
        progress = await asyncio.to_thread(ingest.progress)
        return pb.GetIndexResponse(
            index_version=build.index_version if build else "",
            content_revision=build.revision if build else 0,
            accepted_revision=await asyncio.to_thread(ingest.accepted_revision, tenant),
            embedder=self._parts.embedder,
            passages=build.tenants.get(tenant, 0) if build else 0,
            documents=pb.DocumentCounts(
                pending=counts.pending, indexed=counts.indexed, skipped=counts.skipped, failed=counts.failed
            ),
            progress=pb.IngestProgress(
                phase=progress.phase, done=progress.done, total=progress.total, rate=progress.rate
            ),
        )
