"""The media types that can be read, and how one is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

MARKDOWN = "text/markdown"
HTML = "text/html"
TEXT = "text/plain"
READABLE: frozenset[str] = frozenset({MARKDOWN, HTML, TEXT})

_SYNONYMS: Mapping[str, str] = {"text/x-markdown": MARKDOWN, "application/xhtml+xml": HTML}
_SUFFIXES: Mapping[str, str] = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdx": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".txt": TEXT,
    ".text": TEXT,
}


def media_type_of(content_type: str, uri: str) -> str:
    """Returns the media type without its parameters, told from the uri where the source names none.

    Args:
        content_type: As the source gives it, e.g. `text/html; charset=utf-8`; may be empty.
        uri: Path or address of the document.

    Returns:
        One of READABLE, another type that cannot be read, or "" when there is nothing to tell it from.
    """
    named = content_type.partition(";")[0].strip().lower()
    if named:
        return _SYNONYMS.get(named, named)
    path = uri.partition("#")[0].partition("?")[0] if "://" in uri else uri
    return _SUFFIXES.get(PurePosixPath(path).suffix.lower(), "")


def charset_of(content_type: str) -> str:
    """Returns the charset parameter of a media type, or ""."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""
