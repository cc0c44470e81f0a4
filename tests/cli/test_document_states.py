"""Which documents of a source yield nothing."""

from __future__ import annotations

from cli.document_states import unread_documents
from cli.retrieval_client import connect_retrieval
from cli.settings import Settings
from tests.fakes.fake_retrieval import FakeRetrieval


async def test_the_failed_documents_of_the_source_are_named_over_all_pages(
    settings: Settings, retrieval: FakeRetrieval
) -> None:
    for uri in ("a", "b", "c", "d"):
        retrieval.documents["s", uri] = b""
    retrieval.documents["other", "a"] = b""
    retrieval.failing = {"a": "damaged", "b": "damaged", "d": "needs a password"}

    async with connect_retrieval(settings, "demo", ("ingest",)) as client:
        found = await unread_documents(client, "s", "failed")

    assert [(r.uri, r.reason) for r in found] == [
        ("a", "damaged"),
        ("b", "damaged"),
        ("d", "needs a password"),
    ]
