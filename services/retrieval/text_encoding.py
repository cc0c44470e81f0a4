"""Turns the bytes of a text document into characters."""

from __future__ import annotations

import codecs

from services.retrieval.parsed_document import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "an RTF file"),
)
_NO_CHARSETS = frozenset({"undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
"""Codecs that are no charsets of documents; some take quadratic time."""
_AS_THE_WEB_DOES = {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-16": "utf-8", "utf-32": "utf-8"}
"""The WHATWG encoding standard reads these labels so."""
_SAMPLE = 64 * 1024
_MOST_CONTROLS = 0.05
"""Share of control characters above which bytes are no text."""
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b")


def decode_text(content: bytes, declared: str = "") -> str:
    """Returns the characters: by byte order mark, then as declared, then UTF-8, then Windows-1252.

    Args:
        content: The bytes.
        declared: Charset that the source names; may be empty, unknown or wrong.

    Raises:
        Unreadable: It is not text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            raise Unreadable("binary", f"This is {what}, not text; send it with its own media type.")
    if _is_binary(content[:_SAMPLE]):
        raise Unreadable("binary", "This is binary data, not text; convert it to text, Markdown or HTML.")
    for encoding in (declared, "utf-8"):
        decoded = _decoded(content, encoding)
        if decoded is not None:
            return decoded
    return content.decode("cp1252", "replace")


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name if encoding else "undefined"
        return None if name in _NO_CHARSETS else content.decode(_AS_THE_WEB_DOES.get(name, name))
    except (LookupError, ValueError):
        return None


def _is_binary(sample: bytes) -> bool:
    if not sample:
        return False
    if b"\0" in sample:
        return True
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in sample)
    return controls > _MOST_CONTROLS * len(sample)
