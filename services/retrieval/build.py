"""A build: one immutable, self-describing folder of the index, checked by its digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

FORMAT = 3
"""Raised when the layout of the index or its tokenisation changes: older builds are then refused,
and the worker makes a new one."""

MANIFEST = "build.json"

_READ_BYTES = 8 * 1024 * 1024
"""What is read of a file at a time to check it.

For each part the thread waits for the interpreter, up to 5 ms while searches keep it busy: in parts of
256 KB, as `hashlib.file_digest` has it, the files of 100,000 passages would wait for ten seconds.
"""


class BuildRefused(Exception):
    """A build is damaged, missing, or of another format; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What names a build.

    Attributes:
        revision: Its content revision.
        digest: SHA-256 of its `build.json`, which in turn holds the digest of every file.
    """

    revision: int
    digest: str


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build.

    Attributes:
        index_version: The index version that it belongs to.
        pointer: What names it.
        path: Its folder.
        embedder: Identity of the embedder whose vectors it holds.
        tenants: Passages of each tenant.
        files: SHA-256 of each file, by its path below the folder.
    """

    index_version: str
    pointer: Pointer
    path: Path
    embedder: str
    tenants: Mapping[str, int]
    files: Mapping[str, str]

    @property
    def revision(self) -> int:
        """The content revision that it serves."""
        return self.pointer.revision

    @property
    def digest(self) -> str:
        """Names what it holds."""
        return self.pointer.digest

    @property
    def passages(self) -> int:
        """Passages of all tenants."""
        return sum(self.tenants.values())


def describe(
    folder: Path, index_version: str, revision: int, embedder: str, tenants: Mapping[str, int]
) -> bytes:
    """Forces the files in a folder to disk and returns the `build.json` that describes them."""
    document = {
        "format": FORMAT,
        "index_version": index_version,
        "revision": revision,
        "embedder": embedder,
        "tenants": dict(tenants),
        "files": {name: _digest(folder / name, durable=True) for name in _files_below(folder)},
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def read_build(folder: Path) -> Build:
    """Reads the description of a build; its files are not touched.

    Raises:
        BuildRefused: There is none, or it cannot be used here.
    """
    try:
        return _parse((folder / MANIFEST).read_bytes(), folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BuildRefused(f"{folder / MANIFEST} cannot be read ({error}).") from error


def check_files(build: Build, folder: Path) -> None:
    """Compares the files in a folder with the digests of the build that they belong to.

    Raises:
        BuildRefused: One is missing or differs.
    """
    for name, expected in build.files.items():
        try:
            found = _digest(folder / name)
        except OSError as error:
            raise BuildRefused(f"{name} of build {build.revision} cannot be read ({error}).") from error
        if found != expected:
            raise BuildRefused(f"{name} of build {build.revision} is damaged.")


def _parse(raw: bytes, folder: Path) -> Build:
    document: dict[str, Any] = orjson.loads(raw)
    if document["format"] != FORMAT:
        raise ValueError(f"format {document['format']} is not the one of this version")
    return Build(
        index_version=str(document["index_version"]),
        pointer=Pointer(int(document["revision"]), hashlib.sha256(raw).hexdigest()),
        path=folder,
        embedder=str(document["embedder"]),
        tenants={str(tenant): int(count) for tenant, count in document["tenants"].items()},
        files={str(name): str(digest) for name, digest in document["files"].items()},
    )


def _files_below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def _digest(path: Path, *, durable: bool = False) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        if durable:
            os.fsync(file.fileno())
        part = memoryview(bytearray(min(_READ_BYTES, os.fstat(file.fileno()).st_size) or 1))
        while read := file.readinto(part):
            digest.update(part[:read])
    return digest.hexdigest()
