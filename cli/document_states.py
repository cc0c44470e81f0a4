"""Asks retrieval which documents of a source yield nothing, and why."""

from __future__ import annotations

from typing import Literal

from cli.document import Remark
from cli.retrieval_client import RetrievalClient
from libs.common.pb.retrieval.v1 import retrieval_pb2

_PAGE = 1000


async def unread_documents(
    client: RetrievalClient, source_id: str, state: Literal["failed", "skipped"]
) -> tuple[Remark, ...]:
    """The documents of a source in a state, with their reasons."""
    found: list[Remark] = []
    token = ""
    while True:
        page = await client.stub.ListDocuments(
            retrieval_pb2.ListDocumentsRequest(page_size=_PAGE, page_token=token, state=state),
            metadata=client.metadata,
            timeout=30,
        )
        found += [Remark(d.uri, d.reason) for d in page.documents if d.source_id == source_id]
        token = page.next_page_token
        if not token:
            return tuple(found)
