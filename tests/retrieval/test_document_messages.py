from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from libs.common.errors import InvalidRequest
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.document_messages import MAX_CONTENT_BYTES, read_parts
from services.retrieval.documents import DocumentHeader, DocumentSource


async def stream(*messages: pb.IndexDocumentsRequest) -> AsyncIterator[pb.IndexDocumentsRequest]:
    for message in messages:
        yield message


async def test_a_stream_is_read_part_by_part() -> None:
    parts = read_parts(
        stream(
            pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="docs", complete=True)),
            pb.IndexDocumentsRequest(document=pb.DocumentHeader(uri="a.md", access=["staff"])),
            pb.IndexDocumentsRequest(content=b"words"),
        )
    )
    source, header, content = [part async for part in parts]
    assert source == DocumentSource("docs", complete=True)
    assert isinstance(header, DocumentHeader)
    assert (header.uri, header.access, content) == ("a.md", ("staff",), b"words")


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pb.IndexDocumentsRequest(), "part"),
        (pb.IndexDocumentsRequest(content=b"x" * (MAX_CONTENT_BYTES + 1)), "content"),
    ],
)
async def test_a_message_that_carries_nothing_or_too_much_is_refused(
    message: pb.IndexDocumentsRequest, field: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        [part async for part in read_parts(stream(message))]
    assert refused.value.field == field
