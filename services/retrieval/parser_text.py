"""Parses plain text: paragraphs apart by blank lines."""

from __future__ import annotations

import re

from services.retrieval.parsed_document import DocumentWriter, ParsedDocument

_GAP = re.compile(r"\n[^\S\n]*\n\s*")


def parse_text(source: str) -> ParsedDocument:
    """Returns the paragraphs of a plain text; line breaks inside them stay, since they may matter."""
    writer = DocumentWriter()
    for paragraph in _GAP.split(source.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")):
        writer.block("paragraph", paragraph)
    return writer.finish()
