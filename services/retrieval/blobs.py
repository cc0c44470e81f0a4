"""The content of documents, as files named by their SHA-256."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from libs.common.errors import DependencyUnavailable

SPOOL_BYTES = 1024 * 1024
"""A document up to this size is kept in memory until it is accepted."""
_WRITERS = 8
"""Files forced to disk at the same time: 0.3 ms each together, 7 ms each one after the other."""


class BlobLost(Exception):
    """A blob is missing or differs from its name; the message says which."""


class Spool:
    """A document's content while it arrives, hashed on the way; it vanishes unless it is kept."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES, dir=str(folder))  # noqa: SIM115
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def content_hash(self) -> str:
        """SHA-256 of what was added so far, hexadecimal."""
        return self._hash.hexdigest()

    def add(self, part: bytes) -> None:
        """Takes the next bytes.

        Raises:
            DependencyUnavailable: There is no room for them.
        """
        self._hash.update(part)
        self.size += len(part)
        try:
            self._file.write(part)
        except OSError as error:
            raise _unavailable(error) from error

    def copy_to(self, path: Path) -> None:
        """Writes the content to a file, forced to disk."""
        self._file.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(self._file, target)
            target.flush()
            os.fsync(target.fileno())

    def discard(self) -> None:
        """Gives its memory or its temporary file back."""
        self._file.close()


class BlobFolder:
    """Blobs in `<folder>/<first two digits>/<SHA-256>`; a blob is whole or absent.

    Args:
        folder: Where they lie; made if absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def spool(self) -> Spool:
        """Opens room for a document that arrives."""
        return Spool(self._folder)

    def keep(self, spools: Sequence[Spool]) -> None:
        """Makes contents durable before it returns, several at the same time.

        Raises:
            DependencyUnavailable: They cannot be written.
        """
        distinct = {spool.content_hash: spool for spool in spools}
        try:
            with ThreadPoolExecutor(_WRITERS) as pool:
                list(pool.map(self._keep_one, distinct.values()))
        except OSError as error:
            raise _unavailable(error) from error

    def read(self, content_hash: str) -> bytes:
        """Returns a content.

        Raises:
            BlobLost: It is missing or damaged.
        """
        try:
            content = self._path(content_hash).read_bytes()
        except OSError as error:
            raise BlobLost(f"Blob {content_hash} cannot be read ({error.strerror}).") from error
        if hashlib.sha256(content).hexdigest() != content_hash:
            self._path(content_hash).unlink(missing_ok=True)  # so that sending it again brings it back
            raise BlobLost(f"Blob {content_hash} is damaged.")
        return content

    def sweep(self, used: Callable[[str], bool], before: float) -> int:
        """Removes blobs that no document has and that nobody touched lately; returns how many.

        Args:
            used: Whether a document has the content of a hash.
            before: Only blobs last kept before then, seconds since the epoch: one that is just being
                taken in is not yet a document's.
        """
        removed = 0
        for path in self._folder.glob("??/*"):
            if not used(path.name.partition(".")[0]) and _last_kept(path) < before:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _keep_one(self, spool: Spool) -> None:
        path = self._path(spool.content_hash)
        if _touched(path, spool.size):
            return
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f"{path.name}.", suffix=".partial", delete=False
        ) as file:
            partial = Path(file.name)
        try:
            spool.copy_to(partial)
            partial.replace(path)
        except BaseException:  # of a full disk, or of a stream that was given up meanwhile
            partial.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    def _path(self, content_hash: str) -> Path:
        return self._folder / content_hash[:2] / content_hash


def _touched(path: Path, size: int) -> bool:
    """Marks a blob that is there as recently kept, so that a sweep leaves it."""
    try:
        os.utime(path)
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _last_kept(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # a partial file that has just got its name
        return math.inf


def _unavailable(error: OSError) -> DependencyUnavailable:
    return DependencyUnavailable(
        f"Documents cannot be stored ({error.strerror}); free space on the data volume and try again."
    )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
