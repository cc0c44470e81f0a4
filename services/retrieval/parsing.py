"""Parses a document's bytes by their media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from services.retrieval.media_types import HTML, MARKDOWN, TEXT, charset_of, media_type_of
from services.retrieval.parsed_document import MAX_TITLE_CHARACTERS, ParsedDocument, Unreadable, single_line
from services.retrieval.parser_html import declared_charset, parse_html
from services.retrieval.parser_markdown import parse_markdown
from services.retrieval.parser_text import parse_text
from services.retrieval.text_encoding import decode_text

PARSERS: Mapping[str, Callable[[str], ParsedDocument]] = {
    MARKDOWN: parse_markdown,
    HTML: parse_html,
    TEXT: parse_text,
}


def parse(content: bytes, content_type: str, uri: str) -> ParsedDocument:
    """Returns a document's text, its blocks and a title, the file's name if there is no better one.

    Args:
        content: The bytes.
        content_type: Media type, perhaps with a charset.
        uri: Path or address of the document.

    Raises:
        Unreadable: It cannot be read, or holds no text; the message is the reason.
    """
    if not content.strip():
        raise Unreadable("empty", "The document is empty.")
    media_type = media_type_of(content_type, uri)
    parser = PARSERS.get(media_type)
    if parser is None:
        raise Unreadable(
            "unsupported", f"{media_type or 'Its media type'} cannot be read; send Markdown, HTML or text."
        )
    declared = charset_of(content_type) or (declared_charset(content) if media_type == HTML else "")
    parsed = parser(decode_text(content, declared))
    if not parsed.blocks:
        raise Unreadable("no_text", "The document holds no text.")
    return parsed if parsed.title else replace(parsed, title=_title_from(uri))


def _title_from(uri: str) -> str:
    """Returns a title made of the last part of a path or an address."""
    path = uri.partition("#")[0].partition("?")[0] if "://" in uri else uri
    name = PurePosixPath(unquote(path)).stem.replace("-", " ").replace("_", " ")
    words = single_line(name)
    return (words[:1].upper() + words[1:])[:MAX_TITLE_CHARACTERS]
