"""Parses a document's bytes by what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from services.retrieval.media_types import (
    CSV,
    DOCX,
    HTML,
    MARKDOWN,
    PDF,
    PPTX,
    READABLE,
    TEXT,
    UNKNOWN,
    XLSX,
    charset_of,
    media_type_of,
)
from services.retrieval.parsed_document import MAX_TITLE_CHARACTERS, ParsedDocument, Unreadable, single_line
from services.retrieval.signatures import type_by_signature
from services.retrieval.text_encoding import decode_text

MAX_TEXT_CHARACTERS = 20_000_000


def parse(content: bytes, content_type: str, uri: str) -> ParsedDocument:
    """Returns a document's text, its blocks, and a title: the file's name if there is no better one.

    Args:
        content: The bytes.
        content_type: Media type, perhaps with a charset; what the bytes show goes before it.
        uri: Path or address of the document.

    Raises:
        Unreadable: It cannot be read, or holds no text; the message is the reason.
    """
    if not content.strip(b" \t\r\n\0"):
        raise Unreadable("empty", "The document is empty.")
    media_type = _media_type(content, media_type_of(content_type, uri))
    if media_type in _OF_BYTES:
        parsed = _OF_BYTES[media_type](content)
    else:
        parsed = _parsed_text(content, media_type, charset_of(content_type))
    if not parsed.blocks:
        raise Unreadable("no_text", "The document holds no text.")
    if len(parsed.text) > MAX_TEXT_CHARACTERS:
        raise Unreadable("too_large", f"The document has over {MAX_TEXT_CHARACTERS:,} characters; split it.")
    return parsed if parsed.title else replace(parsed, title=_title_from(uri), titled=False)


def _media_type(content: bytes, named: str) -> str:
    """Returns the type by which to read the bytes.

    Raises:
        Unreadable: It is none that is read, or the bytes are no text although they are called so.
    """
    shown = type_by_signature(content)
    if shown in READABLE:
        return shown
    if named in _OF_TEXT and shown:
        raise Unreadable("binary", f"This is {shown}, not text; convert it, or send it as what it is.")
    if named in _OF_BYTES:
        raise Unreadable("corrupt", f"The file is called {_short(named)}, but is not; save and send it anew.")
    if named in READABLE:
        return named
    other = named if named not in ("", UNKNOWN) else shown
    if not other:
        raise Unreadable("unsupported", "Its type cannot be told; name it in content_type.")
    raise Unreadable("unsupported", f"{other} is not read; convert it to PDF, HTML, Markdown or text.")


def _short(media_type: str) -> str:
    return {PDF: "a PDF", DOCX: "a Word document", PPTX: "a presentation", XLSX: "a workbook"}[media_type]


def _parsed_text(content: bytes, media_type: str, declared: str) -> ParsedDocument:
    if media_type == HTML and not declared:
        from services.retrieval.parser_html import declared_charset

        declared = declared_charset(content)
    return _OF_TEXT[media_type](decode_text(content, declared))


# Each parser is imported with the first document of its format: a process loads what it needs.


def _markdown(source: str) -> ParsedDocument:
    from services.retrieval.parser_markdown import parse_markdown

    return parse_markdown(source)


def _html(source: str) -> ParsedDocument:
    from services.retrieval.parser_html import parse_html

    return parse_html(source)


def _text(source: str) -> ParsedDocument:
    from services.retrieval.parser_text import parse_text

    return parse_text(source)


def _csv(source: str) -> ParsedDocument:
    from services.retrieval.parser_csv import parse_csv

    return parse_csv(source)


def _pdf(content: bytes) -> ParsedDocument:
    from services.retrieval.parser_pdf import parse_pdf

    return parse_pdf(content)


def _docx(content: bytes) -> ParsedDocument:
    from services.retrieval.parser_docx import parse_docx

    return parse_docx(content)


def _pptx(content: bytes) -> ParsedDocument:
    from services.retrieval.parser_pptx import parse_pptx

    return parse_pptx(content)


def _xlsx(content: bytes) -> ParsedDocument:
    from services.retrieval.parser_xlsx import parse_xlsx

    return parse_xlsx(content)


_OF_TEXT: Mapping[str, Callable[[str], ParsedDocument]] = {
    MARKDOWN: _markdown,
    HTML: _html,
    TEXT: _text,
    CSV: _csv,
}
_OF_BYTES: Mapping[str, Callable[[bytes], ParsedDocument]] = {
    PDF: _pdf,
    DOCX: _docx,
    PPTX: _pptx,
    XLSX: _xlsx,
}


def _title_from(uri: str) -> str:
    """Returns a title made of the last part of a path or an address."""
    path = uri.partition("#")[0].partition("?")[0] if "://" in uri else uri
    name = PurePosixPath(unquote(path)).stem.replace("-", " ").replace("_", " ")
    words = single_line(name)
    return (words[:1].upper() + words[1:])[:MAX_TITLE_CHARACTERS]
