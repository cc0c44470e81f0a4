"""Delivering the documents of sources to retrieval."""

from __future__ import annotations

import grpc
import pytest

from cli.document import SourceDocument
from cli.retrieval_receiver import RetrievalReceiver
from cli.settings import Settings
from tests.fakes.fake_retrieval import FakeRetrieval


def documents(*uris: str) -> tuple[SourceDocument, ...]:
    return tuple(SourceDocument(uri, "text/markdown", 5, lambda: b"words") for uri in uris)


async def test_documents_arrive_and_leave_and_are_counted_over_all_pages(
    settings: Settings, retrieval: FakeRetrieval
) -> None:
    sent: list[tuple[int, int]] = []
    receiver = RetrievalReceiver(settings, lambda *n: sent.append(n))
    retrieval.documents["other", "x"] = b""

    first = await receiver.deliver("demo", "s", documents("a", "b", "c"), complete=True)
    assert (first.accepted, sent[-1]) == (3, (15, 15))
    assert await receiver.count("demo", "s") == 3

    second = await receiver.deliver("demo", "s", documents("a"), complete=True)
    assert (second.unchanged, second.removed) == (1, 2)
    assert await receiver.count("demo", "s") == 1
    assert ("other", "x") in retrieval.documents


async def test_a_stream_that_retrieval_ends_says_why(settings: Settings, retrieval: FakeRetrieval) -> None:
    retrieval.refusal = "no room"
    large = SourceDocument("a", "text/markdown", 50_000_000, lambda: b"x" * 50_000_000)

    with pytest.raises(grpc.aio.AioRpcError, match="no room"):
        await RetrievalReceiver(settings).deliver("demo", "s", (large,), complete=True)
