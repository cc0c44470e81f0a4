"""Takes a snapshot in: on disk and checked to the last byte before anything is done with it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from libs.common.errors import Conflict, DependencyUnavailable, InvalidRequest
from services.retrieval.index import StoredPassage
from services.retrieval.snapshots.content import DocumentRecord, documents_of, passages_of
from services.retrieval.snapshots.frames import FrameReader, Header, Totals

MAX_BYTES = 64 * 1024**3


class Upload:
    """A snapshot that is whole.

    Attributes:
        header: What it is one of.
        totals: What it holds.
    """

    def __init__(self, file: BinaryIO, header: Header, totals: Totals) -> None:
        self._file = file
        self.header = header
        self.totals = totals

    def documents(self) -> Iterator[list[DocumentRecord]]:
        """Yields the documents, chunk by chunk; blocks on the disk."""
        for chunk in self._reader().chunks():
            if chunk.kind == "documents":
                yield documents_of(chunk)

    def passages(self) -> Iterator[list[StoredPassage]]:
        """Yields the passages by id, chunk by chunk; blocks on the disk."""
        for chunk in self._reader().chunks():
            if chunk.kind == "passages":
                yield passages_of(chunk)

    def _reader(self) -> FrameReader:
        self._file.seek(0)
        return FrameReader(self._file)


@asynccontextmanager
async def uploaded(
    parts: AsyncIterator[bytes], folder: Path, tenant: str, embedder: str, max_bytes: int = MAX_BYTES
) -> AsyncIterator[Upload]:
    """Takes a snapshot in, in parts, and gives its file back in the end.

    Args:
        parts: Its bytes.
        folder: Where there is room for it.
        tenant: Whose it has to be.
        embedder: Identity of the embedder whose vectors it has to hold.
        max_bytes: Largest size.

    Raises:
        Conflict: It is damaged, of a newer program, another tenant's or another embedder's.
        InvalidRequest: It is too large.
        DependencyUnavailable: There is no room for it.
    """
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, prefix="snapshot-") as file:
            await _spooled(parts, file, max_bytes)
            header, totals = await asyncio.to_thread(_checked, file, tenant, embedder)
            yield Upload(file, header, totals)
    except OSError as error:
        raise DependencyUnavailable(
            f"The snapshot could not be kept on disk ({error.strerror}); make room and try again."
        ) from error


async def _spooled(parts: AsyncIterator[bytes], file: BinaryIO, max_bytes: int) -> None:
    size = 0
    async for part in parts:
        size += len(part)
        if size > max_bytes:
            raise InvalidRequest(f"A snapshot has at most {max_bytes} bytes.", field="content")
        await asyncio.to_thread(file.write, part)


def _checked(file: BinaryIO, tenant: str, embedder: str) -> tuple[Header, Totals]:
    file.seek(0)
    reader = FrameReader(file)
    header = reader.header
    if header.tenant != tenant:
        raise Conflict("The snapshot is another tenant's.")
    if header.embedder != embedder:
        raise Conflict(
            f"The snapshot's vectors are of {header.embedder}, this index is searched with {embedder};"
            " make the snapshot with the same embedding model."
        )
    if header.masking != "none":
        raise Conflict(f"The snapshot's texts were masked ({header.masking}), those of this index are not.")
    last, dimensions = "", 0
    for chunk in reader.chunks():
        if chunk.kind == "documents":
            documents_of(chunk)
            continue
        for entry in passages_of(chunk):
            passage = entry.passage
            if passage.tenant != tenant or passage.passage_id <= last:
                raise Conflict("The snapshot's passages are out of order, or another tenant's.")
            if dimensions not in (0, len(entry.vector)):
                raise Conflict("The snapshot's vectors are not of one length.")
            last, dimensions = passage.passage_id, len(entry.vector)
    return header, reader.totals
