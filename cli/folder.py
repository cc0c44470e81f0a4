"""Reads the documents of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cli.document import MAX_BYTES, Reading, Remark, SourceDocument
from cli.formats import reason_left_out, type_of_file
from cli.globs import wanted
from cli.output import CommandFailed

_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})


def read_folder(root: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Reading:
    """Lists the documents of a folder; hidden files and folders of packages are passed over.

    Args:
        root: The folder.
        include: Patterns of the files that are wanted; none means all.
        exclude: Patterns of files that are not.

    Raises:
        CommandFailed: It is no folder that can be read.
    """
    if not root.is_dir():
        raise CommandFailed(f"{root} {'is no folder' if root.exists() else 'does not exist'}.")
    documents: list[SourceDocument] = []
    left_out: list[Remark] = []
    faults: list[Remark] = []
    base = root.resolve()
    for path in _walk(root, faults):
        uri = path.relative_to(root).as_posix()
        if not _is_text(uri):
            shown = uri.encode(errors="backslashreplace").decode()
            left_out.append(Remark(shown, "its name is not UTF-8; rename it"))
        elif wanted(uri, include, exclude):
            _look(path, uri, base, (documents, left_out, faults))
    return Reading(
        tuple(sorted(documents, key=lambda d: d.uri)),
        tuple(sorted(left_out, key=lambda r: r.uri)),
        tuple(sorted(faults, key=lambda r: r.uri)),
    )


def read_file(path: Path) -> Reading:
    """Reads one file; its uri is its name.

    Raises:
        CommandFailed: It is not there.
    """
    if not path.is_file():
        raise CommandFailed(f"{path} does not exist.")
    found: tuple[list[SourceDocument], list[Remark], list[Remark]] = ([], [], [])
    _look(path, path.name, path.parent.resolve(), found)
    return Reading(tuple(found[0]), tuple(found[1]), tuple(found[2]))


def _is_text(uri: str) -> bool:
    try:
        uri.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(root: Path, faults: list[Remark]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        place = Path(error.filename or root)
        uri = place.relative_to(root).as_posix() if place.is_relative_to(root) else str(place)
        faults.append(Remark(uri, f"cannot be read ({error.strerror})"))

    for folder, names, files in os.walk(root, onerror=refused):
        names[:] = sorted(n for n in names if not n.startswith(".") and n not in _SKIPPED_FOLDERS)
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(folder, name)


def _look(
    path: Path, uri: str, base: Path, found: tuple[list[SourceDocument], list[Remark], list[Remark]]
) -> None:
    documents, left_out, faults = found
    content_type = type_of_file(uri)
    if not content_type:
        left_out.append(Remark(uri, reason_left_out(uri)))
        return
    try:
        target = path.resolve(strict=True)
        status = target.stat()
        readable = os.access(target, os.R_OK)
    except (OSError, RuntimeError) as error:  # how pathlib reports a loop of links
        why = error.strerror if isinstance(error, OSError) else "a link that leads to itself"
        left_out.append(Remark(uri, f"is a link to nowhere ({why})"))
        return
    if not target.is_relative_to(base):
        left_out.append(Remark(uri, "is a link that leads out of the folder"))
    elif not target.is_file():
        left_out.append(Remark(uri, "is not a regular file"))
    elif status.st_size > MAX_BYTES:
        left_out.append(Remark(uri, f"is larger than {MAX_BYTES // 1024 // 1024} MiB"))
    elif not readable:
        faults.append(Remark(uri, "cannot be read (Permission denied)"))
    else:
        written = datetime.fromtimestamp(status.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        documents.append(SourceDocument(uri, content_type, status.st_size, path.read_bytes, written))
