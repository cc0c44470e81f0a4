"""Opens the ZIP packages that Office files are, and refuses those that unpack to more than they may."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence

from services.retrieval.parsed_document import Unreadable

MAX_PARTS = 10_000
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_XML_BYTES = 128 * 1024 * 1024
"""Of all parts that are XML; what is read of them takes several times as much memory."""
MAX_RATIO = 200
"""How much larger than it weighs a part may become; deflate reaches 1,030 on zeros."""
SMALL_BYTES = 4 * 1024 * 1024
"""A part up to this size may be packed as tightly as it likes."""

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What reading a damaged package, or broken XML within, runs into."""

_ENCRYPTED = 0x1
_XML = (".xml", ".rels", ".vml")
_DECLARATIONS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
"""No Office file declares a document type; what it could declare are entities that multiply."""
_MEMBERS = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def package_type(content: bytes) -> str:
    """Returns the media type of a package by its members; `application/zip` where it is none of Office.

    Raises:
        Unreadable: The package is damaged.
    """
    with _opened(content) as package:
        names = set(package.namelist())
    return next((media_type for name, media_type in _MEMBERS.items() if name in names), "application/zip")


def check_package(content: bytes) -> None:
    """Refuses a package that is dangerous to read.

    Raises:
        Unreadable: It is damaged, encrypted, or unpacks to too much; or its XML declares a document type.
    """
    with _opened(content) as package:
        parts = package.infolist()
        xml = [part for part in parts if part.filename.lower().endswith(_XML)]
        _check_parts(parts)
        _check_sizes(parts, xml)
        for part in xml:
            _check_xml(package, part)


def _check_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS or len({part.filename for part in parts}) < len(parts):
        raise Unreadable("bomb", "The file has too many parts, or some twice; save it anew.")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Unreadable("password", "The file opens with a password only; send it without one.")


def _check_sizes(parts: Sequence[zipfile.ZipInfo], xml: Sequence[zipfile.ZipInfo]) -> None:
    for part in parts:
        large = part.file_size > SMALL_BYTES
        if large and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Unreadable("bomb", f"{part.filename} unpacks to far more than it weighs; save it anew.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Unreadable("bomb", "The file unpacks to too much; split it, or leave out its pictures.")
    if sum(part.file_size for part in xml) > MAX_XML_BYTES:
        raise Unreadable("too_large", "The file holds too much text; split it.")


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except DAMAGED:
        raise _corrupt() from None


def _check_xml(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    try:
        text = package.read(part)
    except DAMAGED:
        raise _corrupt() from None
    if any(declaration in text for declaration in _DECLARATIONS):
        raise Unreadable("bomb", f"{part.filename} declares a document type; save the file anew.")


def _corrupt() -> Unreadable:
    return Unreadable("corrupt", "The file is damaged or cut short; save and send it anew.")
