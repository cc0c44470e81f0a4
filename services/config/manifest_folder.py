"""Reads the files of a manifest folder without trusting what lies in it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.config.problems import Problem

SUFFIXES: Mapping[str, str] = {
    "environments": ".yaml",
    "models": ".yaml",
    "prompts": ".md",
    "policies": ".yaml",
    "profiles": ".yaml",
    "tenants": ".yaml",
    "curated": ".yaml",
}
"""The folders of a repository and what their files are called."""

MAX_FILE_BYTES = 128 * 1024
MAX_FILES = 10_000

Fingerprint = frozenset[tuple[str, int, int, int]]
"""Name, modification time, size and inode of every file: changes whenever the content may have."""


@dataclass(frozen=True, slots=True)
class FolderContent:
    """The texts of a repository at one moment.

    Attributes:
        texts: Text of each file by its path below the root.
        revision: SHA-256 over the names and contents, hexadecimal.
        problems: Files that could not be taken.
    """

    texts: Mapping[str, str]
    revision: str
    problems: tuple[Problem, ...]


def read_folder(root: Path) -> FolderContent:
    """Reads every manifest file; what cannot be taken becomes a problem."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    if not root.is_dir():
        wrong = "is not a folder that can be read"
        problems.append(Problem(str(root), "", wrong, "create it, or set CAUSEWAY_MANIFESTS to another"))
    for file in _files(root):
        if len(texts) + len(problems) >= MAX_FILES:
            todo = "split the repository"
            problems.append(Problem(file, "", f"comes after {MAX_FILES} other files", todo))
            break
        taken = _take(root, file)
        if isinstance(taken, Problem):
            problems.append(taken)
        else:
            texts[file] = taken
            digest.update(f"{len(file)}:{file}:{len(taken)}:{taken}".encode())
    return FolderContent(texts, digest.hexdigest(), tuple(problems))


def fingerprint(root: Path) -> Fingerprint:
    """Looks at every manifest file without opening it."""
    found = set()
    for file in _files(root):
        try:
            status = (root / file).stat()
        except OSError:
            found.add((file, 0, 0, 0))
        else:
            found.add((file, status.st_mtime_ns, status.st_size, status.st_ino))
    return frozenset(found)


def _files(root: Path) -> Iterator[str]:
    """Paths below the root in order, without what editors and version control leave behind."""
    for folder in sorted(SUFFIXES):
        try:
            names = sorted(path.name for path in (root / folder).iterdir())
        except OSError:
            continue  # its absence shows as missing references
        for name in names:
            if not name.startswith(".") and not name.endswith("~"):
                yield f"{folder}/{name}"


def _take(root: Path, file: str) -> str | Problem:
    folder, _, name = file.partition("/")
    suffix = SUFFIXES[folder]
    if not name.endswith(suffix) or not name.isascii() or not name.isprintable():
        return Problem(
            ascii(file)[1:-1], "", f"is not called <id>{suffix}", "rename it, or move it elsewhere"
        )
    try:
        path = (root / file).resolve(strict=True)
        if not path.is_relative_to(root.resolve()):
            return Problem(file, "", "is a link that leaves the folder", "put the file itself here")
        data = _read_regular(path)
    except RuntimeError:  # how pathlib reports a loop of links
        return Problem(file, "", "is a link that leads to itself", "put the file itself here")
    except OSError as error:
        todo = "make it a file that this process may read"
        return Problem(file, "", f"cannot be read ({error.strerror})", todo)
    if data is None:
        return Problem(file, "", "is not a regular file", "put a file in its place")
    if len(data) > MAX_FILE_BYTES:
        return Problem(file, "", f"is larger than {MAX_FILE_BYTES // 1024} KiB", "make it smaller")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(file, "", f"is not UTF-8 text (byte {error.start})", "save it as UTF-8")


def _read_regular(path: Path) -> bytes | None:
    # Without O_NONBLOCK, opening a pipe would wait for somebody to write.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return opened.read(MAX_FILE_BYTES + 1)
