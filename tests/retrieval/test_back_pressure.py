"""A slow disk slows the sender: what has been sent and not been kept is bounded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.blobs import Spool
from services.retrieval.blobs_folder import BlobFolder
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.running_server import running_server

PART = 256 * 1024
DOCUMENTS = 400
"""100 MiB in all."""
MOST_UNDER_WAY = 32 * 1024 * 1024
"""A batch in memory, gRPC's windows on both sides, and the message that is being read."""


async def settled(sent: Sequence[str]) -> int:
    """How many documents were sent when no more have come for a while."""
    seen, still = -1, 0
    async with asyncio.timeout(60):
        while still < 10:
            still = still + 1 if len(sent) == seen else 0
            seen = len(sent)
            await asyncio.sleep(0.1)
    return seen


async def test_a_slow_disk_slows_the_sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    going = threading.Event()
    keep = BlobFolder.keep

    def slow(self: BlobFolder, spools: Sequence[Spool]) -> None:
        assert going.wait(60)
        keep(self, spools)

    monkeypatch.setattr(BlobFolder, "keep", slow)

    async def stream() -> AsyncIterator[pb.IndexDocumentsRequest]:
        yield pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="docs"))
        for number in range(DOCUMENTS):
            yield pb.IndexDocumentsRequest(document=pb.DocumentHeader(uri=f"{number}.txt"))
            yield pb.IndexDocumentsRequest(content=number.to_bytes(4) * (PART // 4))
            sent.append(f"{number}.txt")

    async with running_server(tmp_path, FakeEmbedder()) as running:
        metadata = running.keys.team("acme", "ingest")
        accepting = asyncio.ensure_future(running.stub.IndexDocuments(stream(), metadata=metadata))
        while_blocked = await settled(sent)
        assert 0 < while_blocked * PART <= MOST_UNDER_WAY
        assert not accepting.done()
        going.set()
        async with asyncio.timeout(60):
            assert (await accepting).accepted == DOCUMENTS
