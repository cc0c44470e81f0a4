"""Puts a snapshot in the place of what a tenant had indexed."""

from __future__ import annotations

import asyncio

from libs.common.logs import logger
from services.retrieval.snapshots.snapshot_store import SnapshotStore
from services.retrieval.snapshots.upload import Upload

log = logger(__name__)


async def restore(upload: Upload, store: SnapshotStore, tenant: str) -> int:
    """Puts the snapshot's documents and passages on the shelf, from which the worker publishes them.

    Until then the index serves what it served. An ingest that comes afterwards finds each document as
    the snapshot knows it: unchanged ones stay, others are read again.

    Returns:
        The content revision at which the snapshot is served.

    Raises:
        Conflict: A passage belongs to none of the documents; nothing has changed.
        DependencyUnavailable: The database cannot be written; nothing has changed.
    """
    revision = await asyncio.to_thread(
        store.restore, tenant, upload.header.embedder, upload.documents(), upload.passages()
    )
    log.info(
        "snapshot_restored",
        tenant_id=tenant,
        revision=revision,
        passages=upload.totals.passages,
        documents=upload.totals.documents,
        root=upload.totals.root,
    )
    return revision
