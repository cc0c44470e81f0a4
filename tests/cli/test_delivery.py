"""Streaming documents to retrieval."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

import pytest

from cli.delivery import deliver
from cli.document import SourceDocument
from cli.retrieval_client import RetrievalClient
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb


class Call:
    """One stream, as retrieval sees it."""

    def __init__(self) -> None:
        self.parts: list[pb.IndexDocumentsRequest] = []
        self.ended = ""

    async def write(self, part: pb.IndexDocumentsRequest) -> None:
        self.parts.append(part)

    async def done_writing(self) -> None:
        self.ended = "well"

    def cancel(self) -> None:
        self.ended = self.ended or "broken off"  # what has ended cannot be cancelled any more

    def __await__(self) -> Generator[Any, None, pb.IndexDocumentsResponse]:
        yield from ()
        rejected = [pb.RejectedDocument(uri="b", reason="no")]
        return pb.IndexDocumentsResponse(accepted=1, unchanged=2, removed=3, rejected=rejected, revision=4)


class Stub:
    def __init__(self) -> None:
        self.calls: list[Call] = []

    def IndexDocuments(self, metadata: object) -> Call:  # noqa: N802
        self.calls.append(Call())
        return self.calls[-1]


@pytest.fixture
def stub() -> Stub:
    return Stub()


def client(stub: Stub) -> RetrievalClient:
    return RetrievalClient(cast("Any", stub), ())


def document(uri: str, content: bytes = b"words", **fields: Any) -> SourceDocument:
    return SourceDocument(uri, "text/markdown", len(content), lambda: content, **fields)


def gone(uri: str) -> SourceDocument:
    def read() -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    return SourceDocument(uri, "text/markdown", 5, read)


async def test_a_stream_is_the_source_then_each_header_with_its_content(stub: Stub) -> None:
    sent: list[int] = []
    large = document(
        "a", b"x" * 300_000, access=("staff",), tags=("t",), product="P", version="1", url="https://d/"
    )

    delivery = await deliver(client(stub), "s", [large, document("b")], complete=True, sent=sent.append)

    (call,) = stub.calls
    assert [part.WhichOneof("part") for part in call.parts] == [
        "source", "document", "content", "content", "document", "content",
    ]  # fmt: skip
    assert call.parts[0].source == pb.DocumentSource(source_id="s", complete=True)
    header = call.parts[1].document
    assert (header.uri, list(header.access), list(header.tags)) == ("a", ["staff"], ["t"])
    assert (header.product, header.version, header.url) == ("P", "1", "https://d/")
    assert sum(sent) == 300_005
    assert call.ended == "well"
    assert (delivery.accepted, delivery.unchanged, delivery.removed, delivery.revision) == (1, 2, 3, 4)
    assert delivery.rejected[0].uri == "b"


async def test_a_document_that_cannot_be_read_after_all_never_ends_a_complete_stream_well(stub: Stub) -> None:
    delivery = await deliver(client(stub), "s", [document("a"), gone("b")], complete=True)

    first, second = stub.calls
    assert first.ended == "broken off"
    assert second.ended == "well"
    assert not second.parts[0].source.complete
    assert [part.document.uri for part in second.parts if part.HasField("document")] == ["a"]
    assert [(f.uri, f.reason) for f in delivery.faults] == [
        ("b", "cannot be read (No such file or directory)")
    ]


async def test_a_stream_that_is_not_complete_goes_on_without_it(stub: Stub) -> None:
    delivery = await deliver(client(stub), "s", [gone("b"), document("a")], complete=False)

    assert len(stub.calls) == 1
    assert len(delivery.faults) == 1
