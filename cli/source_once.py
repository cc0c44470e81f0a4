"""Reads sources once, at somebody's request."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from cli.crawl.website import Crawl
from cli.declared_sources import chosen, declared_sources
from cli.ingest_progress import IngestProgress
from cli.output import CommandFailed, errors
from cli.retrieval_receiver import RetrievalReceiver
from cli.settings import Settings
from cli.source_reader import opened
from cli.source_state import SourceFolder
from cli.source_sync import SourceSync, SyncResult
from libs.common.clock import SystemClock


async def sync_once(
    settings: Settings, tenant: str, ids: Sequence[str], *, allow_shrink: bool, show: bool
) -> list[tuple[str, SyncResult]]:
    """Reads sources one after the other.

    Args:
        settings: Where everything is.
        tenant: Whose sources they are.
        ids: Which; none means all.
        allow_shrink: A source may hold less than half of what it held before.
        show: Draw how it gets on.

    Raises:
        CommandFailed: One is not declared, or is being read by another process.
    """
    clock = SystemClock()
    sources = chosen(await declared_sources(settings, tenant), list(ids))
    progress = IngestProgress(errors, show=show)
    results = []
    with progress.drawn():
        for source in sources:
            name = source.id

            def report(done: int, known: int, place: str = name) -> None:
                progress.gather(place, done, known)

            crawl = Crawl(clock, contact=settings.contact, report=report)
            sync = SourceSync(
                settings.sources_folder,
                lambda s, kept, c=crawl: opened(s, kept, c),  # type: ignore[misc]
                RetrievalReceiver(settings, progress.send),
                clock,
            )
            results.append((name, await sync.run(tenant, source, allow_shrink=allow_shrink)))
    return results


async def forget(settings: Settings, tenant: str, source_id: str) -> int:
    """Removes every document of a source, and what is remembered of it; returns how many there were.

    Raises:
        CommandFailed: It is still declared: it would be read again.
    """
    declared = await declared_sources(settings, tenant)
    if any(source.id == source_id for source in declared):
        raise CommandFailed(
            f"{source_id} is declared in the tenant's manifest file and would be read again; "
            "remove it there first."
        )
    delivery = await RetrievalReceiver(settings).deliver(tenant, source_id, (), complete=True)
    shutil.rmtree(SourceFolder(settings.sources_folder, tenant, source_id).path, ignore_errors=True)
    return delivery.removed
