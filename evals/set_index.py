"""Has a running retrieval service index a set's documents, as any client would."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from benchmarks.child_process import NotStarted
from benchmarks.data_folder import data_folder
from benchmarks.ingest_documents import index_of
from benchmarks.ingest_worker import ingest_worker
from benchmarks.retrieval_service import RetrievalService, retrieval_service
from cli.ingest_progress import IngestProgress
from cli.retrieval_client import connect_retrieval
from evals.corpora import ROOT
from evals.judged_set import JudgedSet, SetDocument
from evals.visitor import TENANT
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.embedding.model_store import IDENTITY
from services.retrieval.build import FORMAT
from services.retrieval.document_reader import RECIPE

BENCHES = ROOT / ".causeway-bench"
"""Where the data folders are kept, beside those of the benchmarks."""
_MARK = "indexed"
_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 7200.0


class NotIndexed(NotStarted):
    """A set could not be indexed; the message says how far it came."""


class SetIndex:
    """The data folder of one set, which is kept for the next evaluation.

    Vectors stay as long as the embedding model does: where the product has come to cut documents
    otherwise, its worker reads them again, and embeds only texts that it has no vector for.

    Args:
        judged: The set.
        root: Where data folders are kept.
    """

    def __init__(self, judged: JudgedSet, root: Path) -> None:
        self._judged = judged
        self._root = root
        model = hashlib.sha256(IDENTITY.encode()).hexdigest()[:8]
        self.folder = root / f"eval-{judged.name}-{model}"
        self._mark = self.folder / _MARK

    @property
    def is_made(self) -> bool:
        """Whether it holds the set as the product would index it today."""
        return self._mark.exists() and self._mark.read_text(encoding="utf-8") == self._made_of()

    def make(self, progress: IngestProgress) -> None:
        """Sends the documents and lets the ingest worker work until all are served; goes on where it was.

        Raises:
            NotIndexed: It did not come to an end, or documents were refused.
        """
        data_folder(self._root, self.folder.name)
        with (
            retrieval_service(self.folder, None) as service,
            ingest_worker(self.folder, sentences=False),
            progress.drawn(),
        ):
            asyncio.run(_sent_and_served(service, self._judged, progress))
        self._mark.write_text(self._made_of(), encoding="utf-8")

    @contextmanager
    def served(self, core: int | None = None) -> Iterator[RetrievalService]:
        """Runs the services over it for the length of a block."""
        with retrieval_service(self.folder, core) as service:
            yield service

    def _made_of(self) -> str:
        content = hashlib.sha256((self._judged.folder / "corpus.jsonl").read_bytes()).hexdigest()
        return f"{RECIPE} build/{FORMAT} {IDENTITY} {content}\n"


def progress_bar() -> IngestProgress:
    """A bar on the terminal; nothing where there is none."""
    errors = Console(stderr=True, highlight=False)
    return IngestProgress(errors, show=errors.is_terminal)


async def _sent_and_served(service: RetrievalService, judged: JudgedSet, progress: IngestProgress) -> None:
    async with connect_retrieval(service.settings, TENANT, ("ingest",)) as client:
        sent: pb.IndexDocumentsResponse = await client.stub.IndexDocuments(
            _parts(judged.name, judged.documents()), metadata=client.metadata
        )
    if sent.rejected:
        raise NotIndexed(f"{judged.name}: {sent.rejected[0].uri} was refused: {sent.rejected[0].reason}")
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await _served(service, progress)
    except TimeoutError:
        raise NotIndexed(f"{judged.name}: the ingest did not end; the next run goes on with it") from None


async def _served(service: RetrievalService, progress: IngestProgress) -> None:
    while True:
        index = await index_of(service, TENANT)
        progress.follow(index.progress, index.documents.pending)
        up_to_date = index.content_revision >= index.accepted_revision and not index.documents.pending
        if index.passages and up_to_date and index.progress.phase == "idle":
            return
        await asyncio.sleep(_POLL_SECONDS)


async def _parts(source: str, documents: Iterable[SetDocument]) -> AsyncIterator[pb.IndexDocumentsRequest]:
    yield pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id=source, complete=True))
    for document in documents:
        header = pb.DocumentHeader(uri=document.name, content_type="text/plain", title=document.title)
        yield pb.IndexDocumentsRequest(document=header)
        yield pb.IndexDocumentsRequest(content=document.text.encode())
