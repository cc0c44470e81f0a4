"""Retrieval over a real socket, as far as documents are concerned, in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import grpc

from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc


@dataclass
class FakeRetrieval(retrieval_pb2_grpc.RetrievalServicer):
    """Accepts every document, and lets a test say how the index gets on.

    Attributes:
        documents: What is known by (source, uri).
        failing: Uris that the worker will not be able to read, with the reason.
        steps: What `GetIndex` answers, one after the other; the last one for ever.
        refusal: Why every stream fails.
    """

    documents: dict[tuple[str, str], bytes] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    steps: list[pb.GetIndexResponse] = field(default_factory=list)
    refusal: str = ""
    headers: list[pb.DocumentHeader] = field(default_factory=list)
    revision: int = 1

    async def IndexDocuments(  # noqa: N802
        self, request_iterator: AsyncIterator[pb.IndexDocumentsRequest], context: Any
    ) -> pb.IndexDocumentsResponse:
        source, uri, accepted = pb.DocumentSource(), "", 0
        given: dict[str, bytes] = {}
        async for part in request_iterator:
            if part.HasField("source"):
                source = part.source
            elif part.HasField("document"):
                uri = part.document.uri
                self.headers.append(part.document)
                given[uri] = b""
            else:
                given[uri] += part.content
        if self.refusal:  # as the kernel does, after the caller was heard out: else its writing fails first
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, self.refusal)
        removed = [key for key in self.documents if key[0] == source.source_id and key[1] not in given]
        if not source.complete:
            removed = []
        for key in removed:
            del self.documents[key]
        for name, content in given.items():
            accepted += self.documents.get((source.source_id, name)) != content
            self.documents[source.source_id, name] = content
        return pb.IndexDocumentsResponse(
            accepted=accepted, unchanged=len(given) - accepted, removed=len(removed), revision=self.revision
        )

    async def GetIndex(self, request: pb.GetIndexRequest, context: Any) -> pb.GetIndexResponse:  # noqa: N802
        if self.steps:
            return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        failed = len([uri for _, uri in self.documents if uri in self.failing])
        counts = pb.DocumentCounts(indexed=len(self.documents) - failed, failed=failed)
        return pb.GetIndexResponse(content_revision=self.revision, documents=counts, passages=7)

    async def ListDocuments(  # noqa: N802
        self, request: pb.ListDocumentsRequest, context: Any
    ) -> pb.ListDocumentsResponse:
        listed = [
            pb.Document(
                uri=uri,
                source_id=source_id,
                state="failed" if uri in self.failing else "indexed",
                reason=self.failing.get(uri, ""),
            )
            for source_id, uri in sorted(self.documents)
        ]
        listed = [d for d in listed if request.state in ("", d.state)]
        start = int(request.page_token or 0)
        page = listed[start : start + 2]  # small pages, so that there are several
        more = str(start + 2) if start + 2 < len(listed) else ""
        return pb.ListDocumentsResponse(documents=page, next_page_token=more)
