"""Tells what bytes are by how they begin, whatever their name says."""

from __future__ import annotations

from services.retrieval.media_types import PDF, READABLE
from services.retrieval.office_package import package_type
from services.retrieval.parsed_document import Unreadable

ZIP = "application/zip"
OLD_OFFICE = "application/x-ole-storage"
PACKAGED = frozenset(name for name in READABLE if "openxmlformats" in name)

_PDF_WITHIN = 1024
"""Readers of PDF look for its mark in so many bytes."""
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x7fELF", "application/x-executable"),
    (b"{\\rtf", "application/rtf"),
)


def type_by_signature(content: bytes) -> str:
    """Returns the media type that the first bytes tell, or "" where they tell none, as those of text.

    Raises:
        Unreadable: It is an Office file with a password, or a damaged package.
    """
    if b"%PDF-" in content[:_PDF_WITHIN] and not content[:_PDF_WITHIN].lstrip().startswith(b"<"):
        return PDF
    found = next((name for mark, name in _SIGNATURES if content.startswith(mark)), "")
    if found == OLD_OFFICE and _ENCRYPTED_PACKAGE in content:
        raise Unreadable("password", "The file opens with a password only; send it without one.")
    return package_type(content) if found == ZIP else found
