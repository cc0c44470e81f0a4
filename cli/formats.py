"""The formats that retrieval reads, as files and as web pages name them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

MARKDOWN = "text/markdown"
HTML = "text/html"
TEXT = "text/plain"
CSV = "text/csv"
_OFFICE = "application/vnd.openxmlformats-officedocument"

SUFFIXES: Mapping[str, str] = {
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
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
"""What is read, and as what; a test compares it with retrieval's own table."""

NAMES = "Markdown, HTML, text, PDF, Word, PowerPoint, Excel, CSV and TSV"
"""The formats in words."""

MEDIA_TYPES: frozenset[str] = frozenset(SUFFIXES.values()) | {
    "application/xhtml+xml",
    "text/x-markdown",
    "text/tab-separated-values",
    "application/csv",
    "application/x-pdf",
}
"""What a server may call a document."""

_VAGUE = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})


def type_of_file(path: str) -> str:
    """Media type of a file by its name, or "" where it is no document."""
    return SUFFIXES.get(PurePosixPath(path).suffix.lower(), "")


def type_of_page(content_type: str, path: str) -> str:
    """Media type of a page, with its charset, or "" where it is no document.

    Args:
        content_type: As the server names it; may be empty or vague.
        path: Path of its address.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _VAGUE:
        return type_of_file(path)
    if media_type == TEXT:  # how servers call Markdown and tables that they do not know
        told = type_of_file(path)
        return (told if told.startswith("text/") else TEXT) + content_type.strip()[len(media_type) :]
    return content_type.strip() if media_type in MEDIA_TYPES else ""


def reason_left_out(path: str) -> str:
    """Why a file is no document."""
    suffix = PurePosixPath(path).suffix.lower()
    return f"{suffix} files are not read" if suffix else "its name has no suffix that tells its format"
