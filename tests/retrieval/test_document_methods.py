"""The calls about documents over a real connection: taken in, listed page by page, shown, removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from libs.common.errors import InvalidRequest, NotFound
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_calls import index_documents, refusal
from tests.retrieval.running_server import Running, running_server


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with running_server(tmp_path, FakeEmbedder()) as server:
        yield server


async def test_documents_are_accepted_listed_shown_and_deleted(running: Running) -> None:
    metadata = running.keys.team("acme", "ingest")
    names = [f"{letter}.md" for letter in "edcba"]
    accepted = await index_documents(running, metadata, *((name, b"# " + name.encode()) for name in names))
    assert (accepted.accepted, accepted.unchanged, list(accepted.rejected)) == (5, 0, [])
    first = await running.stub.ListDocuments(pb.ListDocumentsRequest(page_size=3), metadata=metadata)
    assert [document.uri for document in first.documents] == ["a.md", "b.md", "c.md"]
    rest = await running.stub.ListDocuments(
        pb.ListDocumentsRequest(page_size=3, page_token=first.next_page_token), metadata=metadata
    )
    assert ([document.uri for document in rest.documents], rest.next_page_token) == (["d.md", "e.md"], "")
    wanted = first.documents[1]
    shown = await running.stub.GetDocument(
        pb.GetDocumentRequest(document_id=wanted.document_id), metadata=metadata
    )
    assert shown.document == wanted
    assert (wanted.state, wanted.source_id, list(wanted.access)) == ("pending", "docs", ["board"])
    ids = [wanted.document_id, "unknown"]
    deleted = await running.stub.DeleteDocuments(
        pb.DeleteDocumentsRequest(document_ids=ids), metadata=metadata
    )
    assert (deleted.deleted, list(deleted.missing)) == (1, ["unknown"])
    gone = running.stub.GetDocument(pb.GetDocumentRequest(document_id=wanted.document_id), metadata=metadata)
    assert isinstance(await refusal(gone), NotFound)


async def test_documents_are_retried_and_reported(running: Running) -> None:
    metadata = running.keys.team("acme", "ingest")
    await index_documents(running, metadata, ("a.md", b"# A"))
    (document,) = (await running.stub.ListDocuments(pb.ListDocumentsRequest(), metadata=metadata)).documents
    ids = [document.document_id, "unknown"]
    retried = await running.stub.RetryDocuments(pb.RetryDocumentsRequest(document_ids=ids), metadata=metadata)
    assert (retried.retried, list(retried.missing)) == (0, ["unknown"])  # it waits anyway
    report = await running.stub.GetContentReport(pb.GetContentReportRequest(), metadata=metadata)
    assert (report.documents, list(report.findings)) == (1, [])


async def test_a_full_last_page_has_no_token_after_it(running: Running) -> None:
    metadata = running.keys.team("acme", "ingest")
    await index_documents(running, metadata, ("a.md", b"a"), ("b.md", b"b"))
    page = await running.stub.ListDocuments(pb.ListDocumentsRequest(page_size=2), metadata=metadata)
    assert (len(page.documents), page.next_page_token) == (2, "")


async def test_another_tenants_documents_are_not_there(running: Running) -> None:
    acme, globex = running.keys.team("acme", "ingest"), running.keys.team("globex", "ingest")
    await index_documents(running, acme, ("a.md", b"# A"))
    (document,) = (await running.stub.ListDocuments(pb.ListDocumentsRequest(), metadata=acme)).documents
    assert not (await running.stub.ListDocuments(pb.ListDocumentsRequest(), metadata=globex)).documents
    named = pb.GetDocumentRequest(document_id=document.document_id)
    assert isinstance(await refusal(running.stub.GetDocument(named, metadata=globex)), NotFound)
    ids = pb.DeleteDocumentsRequest(document_ids=[document.document_id])
    assert (await running.stub.DeleteDocuments(ids, metadata=globex)).deleted == 0
    assert (await running.stub.GetDocument(named, metadata=acme)).document == document


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pb.IndexDocumentsRequest(), "part"),
        (pb.IndexDocumentsRequest(content=b"x" * (1024 * 1024 + 1)), "content"),
    ],
)
async def test_a_malformed_stream_is_refused(running: Running, message: Any, field: str) -> None:
    def stream() -> Any:
        yield pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="docs"))
        yield pb.IndexDocumentsRequest(document=pb.DocumentHeader(uri="a.md"))
        yield message

    metadata = running.keys.team("acme", "ingest")
    error = await refusal(running.stub.IndexDocuments(stream(), metadata=metadata))
    assert isinstance(error, InvalidRequest)
    assert error.field == field


async def test_pages_of_a_state_are_of_that_state_alone(running: Running) -> None:
    metadata = running.keys.team("acme", "ingest")
    await index_documents(running, metadata, *((f"{n}.md", b"x") for n in range(3)))
    first = await running.stub.ListDocuments(
        pb.ListDocumentsRequest(page_size=2, state="pending"), metadata=metadata
    )
    failed = await running.stub.ListDocuments(pb.ListDocumentsRequest(state="failed"), metadata=metadata)
    assert (len(first.documents), len(failed.documents)) == (2, 0)
    more = pb.ListDocumentsRequest(page_size=2, state="pending", page_token=first.next_page_token)
    assert len((await running.stub.ListDocuments(more, metadata=metadata)).documents) == 1
    other = pb.ListDocumentsRequest(page_size=2, state="failed", page_token=first.next_page_token)
    error = await refusal(running.stub.ListDocuments(other, metadata=metadata))
    assert isinstance(error, InvalidRequest)
    assert error.field == "page_token"


async def test_the_same_content_again_is_unchanged_and_what_left_is_removed(running: Running) -> None:
    metadata = running.keys.team("acme", "ingest")
    await index_documents(running, metadata, ("a.md", b"# A"), ("b.md", b"# B"))

    def whole_source() -> Any:
        yield pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="docs", complete=True))
        yield pb.IndexDocumentsRequest(document=pb.DocumentHeader(uri="a.md", access=["board"]))
        yield pb.IndexDocumentsRequest(content=b"# A")

    again = await running.stub.IndexDocuments(whole_source(), metadata=metadata)
    assert (again.accepted, again.unchanged, again.removed) == (0, 1, 1)
