"""A whole ingest over real stores in a folder, with a fake embedder and a fake builder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from libs.common.clock import Clock
from libs.embedding.embedder import Embedder
from services.retrieval.blobs import Blobs
from services.retrieval.blobs_folder import BlobFolder
from services.retrieval.blobs_sql import SqlBlobs
from services.retrieval.builds import BuildFolder
from services.retrieval.database import Database
from services.retrieval.database_postgres import RetrievalPostgres
from services.retrieval.database_sqlite import SqliteDatabase
from services.retrieval.document_reader import DocumentParser
from services.retrieval.documents import DocumentHeader, DocumentSource
from services.retrieval.housekeeping import Housekeeping
from services.retrieval.ingest import QUIET_SECONDS, Ingest, IngestParts
from services.retrieval.ingest_queue_sql import Claimant, SqlIngestQueue
from services.retrieval.intake import Intake, IntakeResult
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.late_embedder import LateEmbedder
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from services.retrieval.progress_board_sql import SqlProgressBoard
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.publication import Publication
from services.retrieval.resemblance_sql import SqlResemblance
from services.retrieval.sentence_embedding import NoSentences, SentenceEmbedding
from services.retrieval.sentence_store_sql import SqlSentenceStore
from tests.fakes.fake_builder import FakeBuilder
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.conftest import Documents
from tests.retrieval.example_documents import InProcessParser, docs, stream


@dataclass
class Bench:
    """Everything around one ingest, at hand for a test."""

    ingest: Ingest
    intake: Intake
    store: Documents
    folder: BuildFolder
    builder: FakeBuilder
    embedder: FakeEmbedder
    blobs: Blobs
    databases: list[Database]
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
        for database in self.databases:
            database.close()


def open_bench(
    root: Path,
    clock: Clock,
    *,
    embedder: FakeEmbedder | None = None,
    parser: DocumentParser | None = None,
    url: str = "",
    claimant: Claimant | None = None,
    sentences: bool = False,
    wrap: Callable[[Ingest, IngestParts], None] | None = None,
) -> Bench:
    """Opens an ingest over what lies in a folder, and begins it.

    Args:
        root: The folder.
        clock: Tells the time.
        embedder: Makes the vectors.
        parser: Parses documents; in this process by default.
        url: A PostgreSQL; without one, SQLite.
        claimant: Who works.
        sentences: Embed sentences, too.
        wrap: Called with the parts before the ingest begins.
    """
    used = embedder or FakeEmbedder()
    loads: list[int] = []

    def load() -> Embedder:
        loads.append(1)
        return used

    databases = [open_one(root, url, clock) for _ in range(2)]
    worker = claimant or Claimant("w1")
    late = LateEmbedder(used.identity, load)
    meter = ProgressMeter(SqlProgressBoard(databases[0], worker.worker, clock), clock)
    shelf = SqlPassageShelf(databases[0], clock, worker)
    blobs: Blobs = SqlBlobs(databases[0], root / "spool", clock) if url else BlobFolder(root / "blobs")
    folder = BuildFolder(root / "index", "main")
    builder = FakeBuilder(folder, used.identity)
    parts = IngestParts(
        queue=SqlIngestQueue(databases[0], clock, worker),
        shelf=shelf,
        resemblance=SqlResemblance(databases[0]),
        blobs=blobs,
        embedder=late,
        parser=parser or InProcessParser(),
        publication=Publication(folder, builder, shelf, used.identity, meter, clock),
        meter=meter,
        housekeeping=Housekeeping(databases[0], blobs, used.identity, clock),
        clock=clock,
        sentences=SentenceEmbedding(SqlSentenceStore(databases[0]), late) if sentences else NoSentences(),
    )
    stopping = [False]
    ingest = Ingest(parts, lambda: stopping[0])
    if wrap is not None:
        wrap(ingest, parts)
    ingest.begin()
    intake = Intake(SqlIntakeStore(databases[1], clock), blobs, clock)
    store = Documents(databases[1], clock)
    return Bench(ingest, intake, store, folder, builder, used, blobs, databases, stopping, loads)


def open_one(root: Path, url: str, clock: Clock) -> Database:
    """Opens the database in a folder, or that of an address."""
    return RetrievalPostgres(url, clock) if url else SqliteDatabase(root / "documents.sqlite", relaxed=True)
