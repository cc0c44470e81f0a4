"""Reads a source and delivers what it holds, and never removes by mistake."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import grpc

from cli.delivery import Delivery
from cli.document import Reading, Remark, SourceDocument
from cli.output import CommandFailed
from cli.source_schedule import declaration_of
from cli.source_state import MAX_REMARKS, SourceFolder, SourceState
from libs.common.clock import Clock
from libs.common.errors import CausewayError
from libs.common.metrics import SOURCE_SYNCS
from libs.common.rpc_errors import decode
from libs.common.source import Source

Opener = Callable[[Source, Path], AbstractAsyncContextManager[Reading]]


class Receiver(Protocol):
    """Where documents go."""

    async def deliver(
        self, tenant: str, source_id: str, documents: tuple[SourceDocument, ...], *, complete: bool
    ) -> Delivery:
        """Delivers documents; complete says that the source holds no others."""
        ...

    async def count(self, tenant: str, source_id: str) -> int:
        """How many documents of the source are there."""
        ...


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What became of one reading.

    Attributes:
        state: What is remembered from now on.
        delivery: What retrieval said; None if nothing was delivered.
        left_out: What is no document of the source.
    """

    state: SourceState
    delivery: Delivery | None = None
    left_out: tuple[Remark, ...] = ()


class SourceSync:
    """Brings retrieval in step with sources.

    Args:
        root: Folder in which what is remembered of sources is kept.
        opener: Reads a source.
        receiver: Takes its documents.
        clock: Tells the time.
    """

    def __init__(self, root: Path, opener: Opener, receiver: Receiver, clock: Clock) -> None:
        self._root = root
        self._opener = opener
        self._receiver = receiver
        self._clock = clock

    def folder(self, tenant: str, source_id: str) -> SourceFolder:
        """Where what is remembered of a source is kept."""
        return SourceFolder(self._root, tenant, source_id)

    async def run(self, tenant: str, source: Source, *, allow_shrink: bool = False) -> SyncResult:
        """Reads a source and delivers it; what goes wrong becomes its state.

        Args:
            tenant: Whose source it is.
            source: Its declaration.
            allow_shrink: It may hold less than half of what it held before.

        Raises:
            CommandFailed: Another process is reading it.
        """
        folder = self.folder(tenant, source.id)
        with folder.held():
            before = replace(
                folder.load(), attempted_at=self._clock.now(), declaration=declaration_of(source), remarks=()
            )
            try:
                result = await self._read(tenant, source, folder.path, before, allow_shrink)
            except grpc.aio.AioRpcError as error:
                result = _failed(before, str(decode(error, "retrieval")))
            except (CommandFailed, CausewayError) as error:
                result = _failed(before, str(error))
            except OSError as error:
                result = _failed(before, f"{error.strerror or error}: {error.filename or folder.path}")
            folder.save(result.state)
        SOURCE_SYNCS.labels(result.state.outcome).inc()
        return result

    def record_fault(self, tenant: str, source: Source, fault: Exception) -> None:
        """Remembers that a source could not be read for a fault of ours, so that it is not tried at once."""
        folder = self.folder(tenant, source.id)
        before = replace(folder.load(), attempted_at=self._clock.now(), declaration=declaration_of(source))
        folder.save(
            _failed(before, f"A fault of ours ({type(fault).__name__}); the log has the details.").state
        )

    async def _read(
        self, tenant: str, source: Source, kept: Path, before: SourceState, allow_shrink: bool
    ) -> SyncResult:
        held = before.held_documents
        if held is None:
            held = await self._receiver.count(tenant, source.id)
        async with self._opener(source, kept) as reading:
            shrunk = len(reading.documents) * 2 < held and not allow_shrink
            complete = reading.whole and not shrunk
            delivery = await self._receiver.deliver(tenant, source.id, reading.documents, complete=complete)
        faults = (*reading.faults, *delivery.faults)
        after = replace(
            before,
            documents=len(reading.documents),
            left_out=len(reading.left_out),
            held_documents=held,
            remarks=tuple((r.uri, r.reason) for r in (*faults, *delivery.rejected))[:MAX_REMARKS],
        )
        if faults:
            return SyncResult(_partly(after, faults), delivery, reading.left_out)
        if shrunk:
            return SyncResult(_held(after, source.id, held), delivery, reading.left_out)
        state = replace(
            after,
            outcome="read",
            succeeded_at=self._clock.now(),
            held_documents=len(reading.documents),
            failures=0,
            message="",
        )
        return SyncResult(state, delivery, reading.left_out)


def _failed(before: SourceState, message: str) -> SyncResult:
    return SyncResult(replace(before, outcome="failed", failures=before.failures + 1, message=message))


def _partly(after: SourceState, faults: tuple[Remark, ...]) -> SourceState:
    first = faults[0]
    others = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
    message = f"{first.uri}: {first.reason}{others}. Nothing was removed."
    return replace(after, outcome="partly", failures=after.failures + 1, message=message)


def _held(after: SourceState, source_id: str, held: int) -> SourceState:
    message = (
        f"It holds {after.documents} documents, less than half of the {held} before, so nothing was removed. "
        f"If that is right: causeway sources sync {source_id} --allow-shrink"
    )
    return replace(after, outcome="held", failures=after.failures + 1, message=message)
