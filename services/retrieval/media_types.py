"""The media types that can be read, and how one is told."""

from __future__ import annotations

from collections.abc import Mapping
from mimetypes import MimeTypes
from pathlib import PurePosixPath

MARKDOWN = "text/markdown"
HTML = "text/html"
TEXT = "text/plain"
CSV = "text/csv"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNKNOWN = "application/octet-stream"
READABLE: frozenset[str] = frozenset({MARKDOWN, HTML, TEXT, CSV, PDF, DOCX, PPTX, XLSX})

_SYNONYMS: Mapping[str, str] = {
    "text/x-markdown": MARKDOWN,
    "application/xhtml+xml": HTML,
    "text/tab-separated-values": CSV,
    "application/csv": CSV,
    "application/x-pdf": PDF,
    "binary/octet-stream": UNKNOWN,
    "application/x-download": UNKNOWN,
}
_SUFFIXES: Mapping[str, str] = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdx": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".txt": TEXT,
    ".text": TEXT,
    ".csv": CSV,
    ".tsv": CSV,
    ".pdf": PDF,
    ".docx": DOCX,
    ".pptx": PPTX,
    ".xlsx": XLSX,
}
_NOT_READ: Mapping[str, str] = {
    ".epub": "application/epub+zip",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".ipynb": "application/x-ipynb+json",
    ".msg": "application/vnd.ms-outlook",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
_OTHERS = MimeTypes().types_map[1]
"""Names for what else is not read: the standard library's own table, whatever the machine has."""


def media_type_of(content_type: str, uri: str) -> str:
    """Returns the media type without its parameters, told from the uri where the source names none.

    Args:
        content_type: As the source gives it, e.g. `text/html; charset=utf-8`; may be empty.
        uri: Path or address of the document.

    Returns:
        One of READABLE, another type that is not read, UNKNOWN if the source says so, or "" when there is
        nothing to tell it from.
    """
    named = content_type.partition(";")[0].strip().lower()
    known = _SYNONYMS.get(named, named)
    if known and known != UNKNOWN:
        return known
    path = uri.partition("#")[0].partition("?")[0] if "://" in uri else uri
    suffix = PurePosixPath(path).suffix.lower()
    return _SUFFIXES.get(suffix) or _NOT_READ.get(suffix) or _OTHERS.get(suffix) or known


def charset_of(content_type: str) -> str:
    """Returns the charset parameter of a media type, or ""."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""
