"""The calls about snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc

from libs.common.caller import current_caller
from libs.common.errors import InvalidRequest
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.served_versions import ServedVersions
from services.retrieval.snapshots.create import CreateSnapshot
from services.retrieval.snapshots.frames import Totals
from services.retrieval.snapshots.restore import restore
from services.retrieval.snapshots.snapshot_store import SnapshotStore
from services.retrieval.snapshots.upload import uploaded
from services.retrieval.snapshots.verify import Comparison, compare

MAX_PART_BYTES = 1024 * 1024

Context = grpc.aio.ServicerContext[object, object]


@dataclass(frozen=True, slots=True)
class SnapshotParts:
    """What the calls about snapshots need.

    Attributes:
        create: Makes them.
        store: The documents.
        served: The index.
        folder: Where a snapshot lies while it is taken in.
        embedder: Identity of the embedder.
    """

    create: CreateSnapshot
    store: SnapshotStore
    served: ServedVersions
    folder: Path
    embedder: str


class SnapshotMethods:
    """The methods of `causeway.retrieval.v1.Retrieval` that are about snapshots."""

    def __init__(self, snapshots: SnapshotParts) -> None:
        self._snapshots = snapshots

    async def CreateSnapshot(  # noqa: N802
        self, request: pb.CreateSnapshotRequest, context: Context
    ) -> AsyncIterator[pb.CreateSnapshotResponse]:
        """Streams a snapshot of what the tenant is being served."""
        async for part in self._snapshots.create.run(current_caller().tenant):
            yield pb.CreateSnapshotResponse(content=part.content, passages=part.passages, total=part.total)

    async def VerifySnapshot(  # noqa: N802
        self, request_iterator: AsyncIterator[pb.VerifySnapshotRequest], context: Context
    ) -> pb.VerifySnapshotResponse:
        """Compares a snapshot with what the tenant is being served."""
        parts, tenant = self._snapshots, current_caller().tenant
        async with uploaded(_contents(request_iterator), parts.folder, tenant, parts.embedder) as upload:
            return _compared(upload.totals, await compare(upload, parts.served, tenant))

    async def RestoreSnapshot(  # noqa: N802
        self, request_iterator: AsyncIterator[pb.RestoreSnapshotRequest], context: Context
    ) -> pb.RestoreSnapshotResponse:
        """Puts a snapshot in the place of what the tenant had indexed."""
        parts, tenant = self._snapshots, current_caller().tenant
        async with uploaded(_contents(request_iterator), parts.folder, tenant, parts.embedder) as upload:
            revision = await restore(upload, parts.store, tenant)
            totals = upload.totals
            return pb.RestoreSnapshotResponse(
                revision=revision, passages=totals.passages, documents=totals.documents, root=totals.root
            )


async def _contents(
    messages: AsyncIterator[pb.VerifySnapshotRequest] | AsyncIterator[pb.RestoreSnapshotRequest],
) -> AsyncIterator[bytes]:
    async for message in messages:
        if len(message.content) > MAX_PART_BYTES:
            raise InvalidRequest("Send at most 1 MiB of a snapshot in a message.", field="content")
        yield message.content


def _compared(totals: Totals, found: Comparison) -> pb.VerifySnapshotResponse:
    return pb.VerifySnapshotResponse(
        matches=found.matches,
        root=totals.root,
        passages=found.compared,
        served=found.served,
        missing=found.counts.get("missing", 0),
        extra=found.counts.get("extra", 0),
        changed=found.counts.get("changed", 0),
        vectors=found.counts.get("vector", 0),
        examples=[
            pb.SnapshotDifference(
                passage_id=example.passage_id, uri=example.uri, difference=example.difference
            )
            for example in found.examples
        ],
    )
