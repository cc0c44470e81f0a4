"""A whole ingest over real stores in a folder, with a fake embedder and a fake builder."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from libs.common.clock import Clock
from libs.embedding.embedder import Embedder
from services.retrieval.blobs import BlobFolder
from services.retrieval.builds import BuildFolder
from services.retrieval.database import open_retrieval_database
from services.retrieval.document_reader import DocumentParser
from services.retrieval.document_store_sqlite import SqliteDocumentStore
from services.retrieval.documents import DocumentHeader, DocumentSource
from services.retrieval.housekeeping_sqlite import Housekeeping
from services.retrieval.ingest import QUIET_SECONDS, Ingest, IngestParts
from services.retrieval.ingest_queue_sqlite import SqliteIngestQueue
from services.retrieval.intake import Intake, IntakeResult
from services.retrieval.intake_store_sqlite import SqliteIntakeStore
from services.retrieval.late_embedder import LateEmbedder
from services.retrieval.passage_shelf_sqlite import SqlitePassageShelf
from services.retrieval.progress_board_sqlite import SqliteProgressBoard
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.publication import Publication
from tests.fakes.fake_builder import FakeBuilder
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_documents import InProcessParser, docs, stream


@dataclass
class Bench:
    """Everything around one ingest, at hand for a test."""

    ingest: Ingest
    intake: Intake
    store: SqliteDocumentStore
    folder: BuildFolder
    builder: FakeBuilder
    embedder: FakeEmbedder
    blobs: BlobFolder
    connections: list[sqlite3.Connection]
    stopping: list[bool]
    loads: list[int]

    def send(
        self,
        many: Mapping[str, str] | None = None,
        *,
        complete: bool = True,
        tenant: str = "acme",
        **contents: str,
    ) -> IntakeResult:
        """Takes Markdown documents in; `bees="..."` is the document bees.md."""
        source = DocumentSource("docs", complete)
        return self.accept(tenant, source, *docs(**(dict(many or {}) | contents)))

    def accept(
        self, tenant: str, source: DocumentSource, *documents: tuple[DocumentHeader, bytes]
    ) -> IntakeResult:
        return asyncio.run(self.intake.accept(tenant, stream(source, *documents)))

    def work(self, clock: FakeClock) -> int:
        """Lets the ingest work until there is nothing left to do; returns how many rounds that took."""
        for number in range(1000):
            clock.advance(QUIET_SECONDS)
            if not self.ingest.round():
                clock.advance(QUIET_SECONDS)
                if not self.ingest.round():
                    return number
        raise AssertionError("the ingest does not come to an end")

    def close(self) -> None:
        self.store.close()
        for connection in self.connections:
            connection.close()


def open_bench(
    root: Path,
    clock: Clock,
    *,
    embedder: FakeEmbedder | None = None,
    parser: DocumentParser | None = None,
    wrap: Callable[[Ingest, IngestParts], None] | None = None,
) -> Bench:
    """Opens an ingest over what lies in a folder, and begins it.

    Args:
        root: The folder.
        clock: Tells the time.
        embedder: Makes the vectors.
        parser: Parses documents; in this process by default.
        wrap: Called with the parts before the ingest begins.
    """
    used = embedder or FakeEmbedder()
    loads: list[int] = []

    def load() -> Embedder:
        loads.append(1)
        return used

    path = root / "documents.sqlite"
    connections = [open_retrieval_database(path) for _ in range(3)]
    late = LateEmbedder(used.identity, load)
    meter = ProgressMeter(SqliteProgressBoard(connections[0]), clock)
    shelf = SqlitePassageShelf(connections[0], connections[1])
    blobs = BlobFolder(root / "blobs")
    folder = BuildFolder(root / "index", "main")
    builder = FakeBuilder(folder, used.identity)
    parts = IngestParts(
        queue=SqliteIngestQueue(connections[0], clock),
        shelf=shelf,
        blobs=blobs,
        embedder=late,
        parser=parser or InProcessParser(),
        publication=Publication(folder, builder, shelf, used.identity, meter, clock),
        meter=meter,
        housekeeping=Housekeeping(connections[0], blobs, used.identity, clock),
        clock=clock,
    )
    stopping = [False]
    ingest = Ingest(parts, lambda: stopping[0])
    if wrap is not None:
        wrap(ingest, parts)
    ingest.begin()
    intake = Intake(SqliteIntakeStore(connections[2], clock), blobs, clock)
    store = SqliteDocumentStore(open_retrieval_database(path))
    return Bench(ingest, intake, store, folder, builder, used, blobs, connections, stopping, loads)
