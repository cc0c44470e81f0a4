"""`causeway snapshot`: makes, compares and restores snapshots of the index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.json_format import MessageToDict
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from cli.output import CommandFailed, console, errors, print_json
from cli.retrieval_client import RetrievalClient, connect_retrieval
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2

_PART_BYTES = 256 * 1024
_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 600.0
_DIFFERENCES = ("missing", "extra", "changed", "vectors")

M = TypeVar("M")


async def create(settings: Settings, tenant: str, path: Path, *, as_json: bool) -> None:
    """Writes a snapshot to a file; one that breaks off leaves none behind."""
    partial = path.with_name(path.name + ".partial")
    size = passages = 0
    progress = Progress(*_columns(MofNCompleteColumn()), console=errors, transient=True)
    try:
        async with connect_retrieval(settings, tenant, ("operate",)) as client:
            with progress if _shown(as_json) else nullcontext(), partial.open("wb") as file:
                task = progress.add_task("Writing passages", total=None)
                request = retrieval_pb2.CreateSnapshotRequest()
                async for part in client.stub.CreateSnapshot(request, metadata=client.metadata):
                    await asyncio.to_thread(file.write, part.content)
                    size, passages = size + len(part.content), part.passages
                    progress.update(task, completed=passages, total=part.total)
        partial.replace(path)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        partial.unlink(missing_ok=True)
    if as_json:
        print_json({"file": str(path), "bytes": size, "passages": passages})
    else:
        console.print(f"{escape(str(path))}: {passages} passages, {size / 1e6:.1f} MB.")


async def verify(settings: Settings, tenant: str, path: Path, *, as_json: bool) -> bool:
    """Compares a file with the index; tells whether they hold the same."""
    async with connect_retrieval(settings, tenant, ("operate",)) as client:
        found: retrieval_pb2.VerifySnapshotResponse = await _sent(
            client.stub.VerifySnapshot, client, path, retrieval_pb2.VerifySnapshotRequest, as_json=as_json
        )
    if as_json:
        print_json(
            MessageToDict(found, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
        )
        return found.matches
    if found.matches:
        console.print(f"[green]The same:[/] {found.passages} passages. Root {found.root}")
        return True
    counts = ", ".join(f"{getattr(found, name)} {name}" for name in _DIFFERENCES if getattr(found, name))
    console.print(
        f"[red]Different:[/] {counts}; the snapshot has {found.passages} passages, the index {found.served}."
    )
    for example in found.examples:
        console.print(f"  {example.difference:<8} {example.passage_id}  {escape(example.uri)}")
    return False


async def restore(settings: Settings, tenant: str, path: Path, *, as_json: bool) -> None:
    """Puts a file in the place of what is indexed, and waits until it is served."""
    async with connect_retrieval(settings, tenant, ("operate", "search")) as client:
        done: retrieval_pb2.RestoreSnapshotResponse = await _sent(
            client.stub.RestoreSnapshot, client, path, retrieval_pb2.RestoreSnapshotRequest, as_json=as_json
        )
        await _served(client, done.revision)
    if as_json:
        print_json({"passages": done.passages, "documents": done.documents, "root": done.root})
    else:
        console.print(f"{done.passages} passages of {done.documents} documents are served. Root {done.root}")


async def _sent(
    call: Any, client: RetrievalClient, path: Path, message: Callable[..., Any], *, as_json: bool
) -> Any:
    progress = Progress(*_columns(DownloadColumn()), console=errors, transient=True)
    try:
        size = await asyncio.to_thread(lambda: path.stat().st_size)
        with path.open("rb") as file, progress if _shown(as_json) else nullcontext():
            task = progress.add_task("Sending the snapshot", total=size)

            async def parts() -> AsyncIterator[Any]:
                while content := await asyncio.to_thread(file.read, _PART_BYTES):
                    yield message(content=content)
                    progress.advance(task, len(content))

            return await call(parts(), metadata=client.metadata)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read ({error.strerror}).") from error


async def _served(client: RetrievalClient, revision: int) -> None:
    waited = 0.0
    while True:
        index = await client.stub.GetIndex(
            retrieval_pb2.GetIndexRequest(), metadata=client.metadata, timeout=10
        )
        if index.content_revision >= revision:
            return
        if waited > _PATIENCE_SECONDS:
            raise CommandFailed(
                "The snapshot is taken, but the ingest worker has not published it for ten minutes."
                " Look at its log: <data>/logs/ingest.log"
            )
        await asyncio.sleep(_POLL_SECONDS)
        waited += _POLL_SECONDS


def _columns(amount: MofNCompleteColumn | DownloadColumn) -> tuple[Any, ...]:
    return (
        TextColumn("  {task.description:<22}"),
        BarColumn(bar_width=32),
        amount,
        TimeRemainingColumn(compact=True),
    )


def _shown(as_json: bool) -> bool:
    return errors.is_terminal and not as_json
