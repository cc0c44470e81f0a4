"""Reads a folder of documents for ingest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cli.output import CommandFailed, errors

SUFFIXES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".mdx": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".text": "text/plain",
}
"""What is read, and as what."""

_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to ingest.

    Attributes:
        path: Where it is.
        uri: Its path below the folder, with forward slashes: the document's identity.
        content_type: Media type.
        updated_at: When it was last written, RFC 3339 in UTC.
    """

    path: Path
    uri: str
    content_type: str
    updated_at: str


def find_files(root: Path) -> list[SourceFile]:
    """Lists the documents of a folder, or the one file, ordered by uri; hidden files are left out.

    Raises:
        CommandFailed: It does not exist, or holds nothing that can be read.
    """
    if not root.exists():
        raise CommandFailed(f"{root} does not exist. Name a folder of Markdown, HTML or text files.")
    found = [_source_file(path, root) for path in _walk(root) if _is_ours(path, root)]
    if not found:
        raise CommandFailed(f"{root} holds no {', '.join(sorted(SUFFIXES))} files.")
    return sorted(found, key=lambda file: file.uri)


def _is_ours(path: Path, root: Path) -> bool:
    """Leaves out links that lead out of the folder, and names that are no text."""
    try:
        path.name.encode()
        path.relative_to(root).as_posix().encode()
    except UnicodeEncodeError:
        shown = path.as_posix().encode(errors="backslashreplace").decode()
        errors.print(f"{shown}: not read, its name is not UTF-8; rename it", markup=False)
        return False
    if root.is_dir() and not path.resolve().is_relative_to(root.resolve()):
        errors.print(f"{path}: not read, it is a link that leads out of the folder", markup=False)
        return False
    return True


def _walk(root: Path) -> Iterator[Path]:
    if root.is_file():
        if root.suffix.lower() in SUFFIXES:
            yield root
        return
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if not n.startswith(".") and n not in _SKIPPED_FOLDERS)
        for name in files:
            path = Path(folder, name)
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES and path.is_file():
                yield path


def _source_file(path: Path, root: Path) -> SourceFile:
    uri = path.name if root.is_file() else path.relative_to(root).as_posix()
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return SourceFile(path, uri, SUFFIXES[path.suffix.lower()], written)
