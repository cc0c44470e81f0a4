"""`causeway ingest`: takes documents in, and waits until they can be found."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from cli.crawl.website import Crawl
from cli.delivery import Delivery, deliver
from cli.document import Reading, Remark, SourceDocument
from cli.document_states import unread_documents
from cli.ingest_progress import IngestProgress
from cli.ingest_targets import Target
from cli.output import CommandFailed, CommandMisused
from cli.retrieval_client import RetrievalClient, connect_retrieval
from cli.settings import Settings
from cli.source_reader import opened
from libs.common.clock import SystemClock
from libs.common.pb.retrieval.v1 import retrieval_pb2

_POLL_SECONDS = 0.2
_STALLED_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of the documents of one source.

    Attributes:
        source_id: The source.
        documents: Documents that were sent.
        bytes: Their size.
        delivery: What retrieval said.
        left_out: What is no document.
        faults: What could not be read.
        skipped: Documents that were left out by the worker; empty if nobody waited.
        failed: Documents that could not be read by the worker; empty if nobody waited.
        held_back: It was to be complete, and was not, so nothing was removed.
    """

    source_id: str
    documents: int
    bytes: int
    delivery: Delivery
    left_out: tuple[Remark, ...]
    faults: tuple[Remark, ...]
    skipped: tuple[Remark, ...] = ()
    failed: tuple[Remark, ...] = ()
    held_back: bool = False

    @property
    def went_well(self) -> bool:
        """Whether every document of the source can be found now, or will be."""
        return not (self.delivery.rejected or self.faults or self.failed)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of an ingest.

    Attributes:
        sources: Source by source.
        waited: Whether it was waited for the index.
        resumed: Documents accepted earlier that were still waiting at the start.
        rebuilt: The index that is served changed meanwhile.
        indexed: Documents of the tenant that are indexed now.
        skipped: Documents of the tenant that were skipped.
        failed: Documents of the tenant that failed.
        pending: Documents of the tenant that wait.
        passages: Passages of the tenant in the served index.
    """

    sources: tuple[SourceReport, ...]
    waited: bool
    resumed: int
    rebuilt: bool
    indexed: int
    skipped: int
    failed: int
    pending: int
    passages: int

    @property
    def accepted(self) -> int:
        """New or changed documents."""
        return sum(source.delivery.accepted for source in self.sources)

    @property
    def removed(self) -> int:
        """Documents that left."""
        return sum(source.delivery.removed for source in self.sources)


async def ingest(
    settings: Settings,
    tenant: str,
    targets: Sequence[Target],
    progress: IngestProgress,
    *,
    complete: bool = False,
    wait: bool = True,
) -> IngestReport:
    """Streams documents to retrieval and waits until they are served.

    Args:
        settings: Where retrieval is.
        tenant: Whose documents they are.
        targets: Where they are.
        progress: Shows how it gets on.
        complete: Documents of a source that are not there any more are removed.
        wait: Wait for the index.

    Raises:
        CommandFailed: A place cannot be read, or the ingest worker makes no progress.
        CommandMisused: Two documents of one source have one path.
    """
    with progress.drawn():
        async with connect_retrieval(settings, tenant, ("search", "ingest")) as client:
            before = await _index(client)
            reports = [
                await _take(settings, client, source_id, group, progress, complete)
                for source_id, group in _by_source(targets).items()
            ]
            revision = max(report.delivery.revision for report in reports)
            index = await _index(client)
            if wait:
                index = await _wait_until_served(client, revision, progress)
                reports = [await _with_states(client, report, index) for report in reports]
    counts = index.documents
    return IngestReport(
        sources=tuple(reports),
        waited=wait,
        resumed=before.documents.pending,
        rebuilt=index.content_revision != before.content_revision,
        indexed=counts.indexed,
        skipped=counts.skipped,
        failed=counts.failed,
        pending=counts.pending,
        passages=index.passages,
    )


def _by_source(targets: Sequence[Target]) -> dict[str, list[Target]]:
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(target.source_id, []).append(target)
    return groups


async def _take(
    settings: Settings,
    client: RetrievalClient,
    source_id: str,
    group: Sequence[Target],
    progress: IngestProgress,
    complete: bool,
) -> SourceReport:
    """Reads the places of one source, and delivers what they hold in one stream."""
    async with AsyncExitStack() as held:
        readings = [
            await held.enter_async_context(
                opened(target.source, _kept(settings, target), _crawl(settings, target, progress))
            )
            for target in group
        ]
        reading = _joined(group, readings)
        if not reading.documents and not reading.faults:
            raise CommandFailed(_nothing(group, reading))
        total, sent = sum(document.size for document in reading.documents), 0

        def advance(size: int) -> None:
            nonlocal sent
            sent += size
            progress.send(sent, total)

        whole = complete and reading.whole
        delivery = await deliver(client, source_id, reading.documents, complete=whole, sent=advance)
    faults = (*reading.faults, *delivery.faults)
    return SourceReport(
        source_id,
        len(reading.documents) - len(delivery.faults),
        total,
        delivery,
        reading.left_out,
        faults,
        held_back=complete and bool(faults),
    )


def _kept(settings: Settings, target: Target) -> Path:
    digest = hashlib.sha256(target.place.encode(errors="surrogateescape")).hexdigest()
    return settings.sources_folder / ".ingest" / digest[:16]


def _crawl(settings: Settings, target: Target, progress: IngestProgress) -> Crawl:
    def report(done: int, known: int) -> None:
        progress.gather(target.place, done, known)

    return Crawl(SystemClock(), contact=settings.contact, report=report)


def _joined(group: Sequence[Target], readings: Sequence[Reading]) -> Reading:
    documents: dict[str, tuple[str, SourceDocument]] = {}
    for target, reading in zip(group, readings, strict=True):
        for document in reading.documents:
            place, other = documents.setdefault(document.uri, (target.place, document))
            if place != target.place and not _same(place, target.place, other, document):
                raise CommandMisused(
                    f"{place} and {target.place} both hold {document.uri}, and documents of one source need "
                    "different paths. Leave --source away, or give each its own."
                )
    return Reading(
        tuple(document for _, document in sorted(documents.values(), key=lambda found: found[1].uri)),
        tuple(remark for reading in readings for remark in reading.left_out),
        tuple(remark for reading in readings for remark in reading.faults),
    )


def _same(place: str, other_place: str, document: SourceDocument, other: SourceDocument) -> bool:
    """Whether two places hold one and the same document: a page, or a file named beside its folder."""
    if "://" in document.uri:
        return True
    folders = [Path(p) if Path(p).is_dir() else Path(p).parent for p in (place, other_place)]
    return folders[0].resolve() == folders[1].resolve()


def _nothing(group: Sequence[Target], reading: Reading) -> str:
    places = ", ".join(target.place for target in group)
    if not reading.left_out:
        return f"{places} holds no documents."
    first = reading.left_out[0]
    return f"{places} holds no documents that can be read: {first.uri}: {first.reason}."


async def _index(client: RetrievalClient) -> retrieval_pb2.GetIndexResponse:
    found: retrieval_pb2.GetIndexResponse = await client.stub.GetIndex(
        retrieval_pb2.GetIndexRequest(), metadata=client.metadata, timeout=10
    )
    return found


async def _wait_until_served(
    client: RetrievalClient, revision: int, progress: IngestProgress
) -> retrieval_pb2.GetIndexResponse:
    seen: object = None
    quiet = 0.0
    while True:
        index = await _index(client)
        if index.content_revision >= revision:
            return index
        now = (index.progress.phase, index.progress.done, index.documents.pending, index.content_revision)
        quiet = 0.0 if now != seen else quiet + _POLL_SECONDS
        seen = now
        if quiet > _STALLED_SECONDS:
            raise CommandFailed(
                "The ingest worker has made no progress for five minutes. Look at its log: "
                "<data>/logs/ingest.log. What was sent is safe, and is indexed once it goes on."
            )
        progress.follow(index.progress, index.documents.pending)
        await asyncio.sleep(_POLL_SECONDS)


async def _with_states(
    client: RetrievalClient, report: SourceReport, index: retrieval_pb2.GetIndexResponse
) -> SourceReport:
    counts = index.documents
    failed = await unread_documents(client, report.source_id, "failed") if counts.failed else ()
    skipped = await unread_documents(client, report.source_id, "skipped") if counts.skipped else ()
    return replace(report, failed=failed, skipped=skipped)
