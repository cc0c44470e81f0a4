"""The content of documents, named by its SHA-256, and the port to where it is kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from libs.common.errors import DependencyUnavailable

SPOOL_BYTES = 1024 * 1024
"""A document up to this size is kept in memory until it is accepted."""


class BlobLost(Exception):
    """A blob is missing or differs from its name; the message says which."""


class Spool:
    """A document's content while it arrives, hashed on the way; it vanishes unless it is kept.

    Args:
        folder: Where what is too large for memory lies meanwhile.
    """

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
            raise no_room(error) from error

    def parts(self, size: int) -> Iterator[bytes]:
        """Returns the content in parts of so many bytes."""
        self._file.seek(0)
        while part := self._file.read(size):
            yield part

    def discard(self) -> None:
        """Gives its memory or its temporary file back."""
        self._file.close()


class Blobs(Protocol):
    """Keeps contents; each is whole or absent."""

    def spool(self) -> Spool:
        """Opens room for a document that arrives."""
        ...

    def keep(self, spools: Sequence[Spool]) -> None:
        """Makes contents durable before it returns.

        Raises:
            DependencyUnavailable: They cannot be written.
        """
        ...

    def read(self, content_hash: str) -> bytes:
        """Returns a content.

        Raises:
            BlobLost: It is missing or damaged.
            DependencyUnavailable: It cannot be read now.
        """
        ...

    def sweep(self, used: Callable[[str], bool], before: float) -> int:
        """Removes contents that no document has and that nobody kept lately; returns how many.

        Args:
            used: Whether a document has the content of a hash.
            before: Only contents last kept before then, seconds since the epoch: one that is just being
                taken in is not yet a document's.
        """
        ...


def no_room(error: OSError) -> DependencyUnavailable:
    """Returns the error that says why contents cannot be stored."""
    return DependencyUnavailable(
        f"Documents cannot be stored ({error.strerror}); free space on the data volume and try again."
    )
