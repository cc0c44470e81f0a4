"""`causeway ingest`: streams documents to retrieval and shows how they are indexed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli.output import CommandFailed, errors
from cli.retrieval_client import RetrievalClient, connect_retrieval
from cli.settings import Settings
from cli.sources import SourceFile, find_files
from libs.common.pb.retrieval.v1 import retrieval_pb2

_PART_BYTES = 256 * 1024
_POLL_SECONDS = 0.1
_STALLED_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of an ingest.

    Attributes:
        files: Files that were read.
        accepted: New or changed documents.
        unchanged: Documents known with the same content.
        removed: Documents that left.
        rejected: (uri, reason) of documents that were not accepted.
        indexed: Documents of the tenant that are indexed now.
        failed: Documents of the tenant that failed.
        skipped: Documents of the tenant that were skipped.
        passages: Passages of the tenant in the served index.
    """

    files: int
    accepted: int
    unchanged: int
    removed: int
    rejected: tuple[tuple[str, str], ...]
    indexed: int
    failed: int
    skipped: int
    passages: int


async def ingest_folder(
    settings: Settings, tenant: str, root: Path, source_id: str, *, complete: bool, show: bool
) -> IngestReport:
    """Streams a folder to retrieval and waits until it is served.

    Args:
        settings: Where retrieval is.
        tenant: Whose documents they are.
        root: The folder or file.
        source_id: Name of the source within the tenant.
        complete: Documents of the source that are not in the folder are removed.
        show: Draw progress bars.
    """
    files = find_files(root)
    async with connect_retrieval(settings, tenant, ("search", "ingest")) as client:
        progress = Progress(
            TextColumn("  {task.description:<22}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            console=errors,
            transient=True,
        )
        with progress if show else nullcontext():
            accepted = await _send(client, files, source_id, complete, progress)
            index = await _wait_until_served(client, accepted.revision, progress)
    counts = index.documents
    return IngestReport(
        files=len(files),
        accepted=accepted.accepted,
        unchanged=accepted.unchanged,
        removed=accepted.removed,
        rejected=tuple((r.uri, r.reason) for r in accepted.rejected),
        indexed=counts.indexed,
        failed=counts.failed,
        skipped=counts.skipped,
        passages=index.passages,
    )


async def _send(
    client: RetrievalClient, files: list[SourceFile], source_id: str, complete: bool, progress: Progress
) -> retrieval_pb2.IndexDocumentsResponse:
    task = progress.add_task("Sending documents", total=len(files), rate="")

    async def parts() -> AsyncIterator[retrieval_pb2.IndexDocumentsRequest]:
        source = retrieval_pb2.DocumentSource(source_id=source_id, complete=complete)
        yield retrieval_pb2.IndexDocumentsRequest(source=source)
        for file in files:
            header = retrieval_pb2.DocumentHeader(
                uri=file.uri, content_type=file.content_type, updated_at=file.updated_at
            )
            yield retrieval_pb2.IndexDocumentsRequest(document=header)
            content = await asyncio.to_thread(file.path.read_bytes)
            for start in range(0, len(content), _PART_BYTES):
                part = content[start : start + _PART_BYTES]
                yield retrieval_pb2.IndexDocumentsRequest(content=part)
            progress.advance(task)

    response: retrieval_pb2.IndexDocumentsResponse = await client.stub.IndexDocuments(
        parts(), metadata=client.metadata, wait_for_ready=True
    )
    return response


async def _wait_until_served(
    client: RetrievalClient, revision: int, progress: Progress
) -> retrieval_pb2.GetIndexResponse:
    bars: dict[str, TaskID] = {}
    seen: tuple[str, int, int] = ("", -1, -1)
    quiet = 0.0
    while True:
        index: retrieval_pb2.GetIndexResponse = await client.stub.GetIndex(
            retrieval_pb2.GetIndexRequest(), metadata=client.metadata, timeout=10
        )
        if index.content_revision >= revision:
            return index
        now = (index.progress.phase, index.progress.done, index.content_revision)
        quiet = 0.0 if now != seen else quiet + _POLL_SECONDS
        seen = now
        if quiet > _STALLED_SECONDS:
            raise CommandFailed(
                "The ingest worker has made no progress for five minutes. Look at its log: "
                "<data>/logs/ingest.log"
            )
        _draw(progress, bars, index.progress)
        await asyncio.sleep(_POLL_SECONDS)


def _draw(progress: Progress, bars: dict[str, TaskID], state: retrieval_pb2.IngestProgress) -> None:
    names = {
        "parsing": "Reading documents",
        "embedding": "Embedding passages",
        "building": "Building the index",
        "publishing": "Publishing",
    }
    if state.phase not in names:
        return
    if state.phase not in bars:
        bars[state.phase] = progress.add_task(names[state.phase], total=None, rate="")
    rate = f"{state.rate:,.0f}/s" if state.rate else ""
    progress.update(bars[state.phase], completed=state.done, total=state.total or None, rate=rate)
