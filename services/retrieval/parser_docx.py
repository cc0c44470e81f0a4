"""Parses Word documents, the only file that imports python-docx."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml

from services.retrieval.document_metadata import Metadata
from services.retrieval.office_package import DAMAGED, check_package
from services.retrieval.own_metadata import metadata_of
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument, Unreadable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo) ?([1-9])$", re.I)
_CODE = re.compile(r"code|source|listing|preformatted", re.I)
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}instrText", f"{_W}delText", f"{_MC}Fallback", f"{_W}txbxContent"})
_CONTAINERS = frozenset({f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"})
_DEEPEST = 6
_MOST_NESTED = 50


def parse_docx(content: bytes) -> ParsedDocument:
    """Returns a Word document's headings, paragraphs, lists and tables, text boxes after them, notes last.

    Raises:
        Unreadable: It is damaged, encrypted, or dangerous to read.
    """
    check_package(content)
    try:
        document = docx.Document(io.BytesIO(content))
        notes = list(_notes(document.part))
    except (OpcError, *DAMAGED):
        raise Unreadable("corrupt", "The file is no Word document, or is damaged; save it anew.") from None
    styles = {style.style_id: style.name or "" for style in document.styles if style.style_id}
    writer = _DocxWriter(styles)
    for part in (document.element.body, *notes):
        writer.write(part)
    properties = document.core_properties
    parsed = writer.finish(properties.title or "")
    return replace(parsed, metadata=_metadata(properties))


class _DocxWriter:
    """Writes one document's body."""

    def __init__(self, styles: dict[str, str]) -> None:
        self._writer = DocumentWriter()
        self._styles = styles
        self._items: list[str] = []
        self._code: list[str] = []
        self._title = ""

    def write(self, body: Any) -> None:
        for element in _blocks(body):
            if element.tag == f"{_W}tbl":
                self._end_run()
                self._writer.block("table", "\n".join(_table_lines(element)))
            else:
                self._paragraph(element)
            for box in _boxes(element):
                self._end_run()
                self.write(box)
        self._end_run()

    def finish(self, title: str) -> ParsedDocument:
        return self._writer.finish(title or self._title)

    def _paragraph(self, element: Any) -> None:
        text = _text(element).strip("\n")
        if not text.strip():
            return
        style = self._style(element)
        heading = _HEADING.search(style)
        if heading is not None or style.lower() == "title":
            self._end_run()
            level = min(int(heading[1]), _DEEPEST) if heading is not None else 1
            self._writer.heading(text, level)
            self._title = self._title or ("" if heading is not None else text)
        elif _CODE.search(style):
            self._end_run(code=True)
            self._code.append(text)
        elif (depth := self._list_depth(element, style)) is not None:
            self._end_run(items=True)
            self._items.append("  " * depth + "- " + " ".join(text.split()))
        else:
            self._end_run()
            quote = "quote" in style.lower()
            self._writer.block("quote" if quote else "paragraph", text)

    def _style(self, element: Any) -> str:
        found = element.find(f"{_W}pPr/{_W}pStyle")
        style_id = found.get(f"{_W}val") if found is not None else ""
        return self._styles.get(style_id, style_id or "")

    def _list_depth(self, element: Any, style: str) -> int | None:
        numbered = element.find(f"{_W}pPr/{_W}numPr")
        if numbered is None:
            return 0 if style.lower().startswith("list") else None
        level = numbered.find(f"{_W}ilvl")
        value = level.get(f"{_W}val", "0") if level is not None else "0"
        return min(int(value), _DEEPEST) if value.isdecimal() else 0

    def _end_run(self, *, items: bool = False, code: bool = False) -> None:
        """Writes the list and the code before, unless the next paragraph goes on with it."""
        if not items and self._items:
            self._writer.block("list", "\n".join(self._items))
            self._items = []
        if not code and self._code:
            self._writer.block("code", "\n".join(self._code))
            self._code = []


def _notes(part: Any) -> Iterator[Any]:
    """Yields the footnotes and the endnotes, each a body of its own; but for the rules above them."""
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/footnotes", "/endnotes")):
            for note in parse_xml(relation.target_part.blob):
                if note.get(f"{_W}type", "normal") == "normal":
                    yield note


def _blocks(body: Any, depth: int = 0) -> Iterator[Any]:
    """Yields paragraphs and tables, also those inside content controls."""
    for element in body:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in _CONTAINERS and depth < _MOST_NESTED:
            yield from _blocks(element, depth + 1)


def _text(element: Any) -> str:
    """Returns the text of a paragraph with its equations, without what was deleted or stands in boxes."""
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag in _LEFT_OUT:
            continue
        if node.tag in (f"{_W}t", f"{_M}t"):
            parts.append(node.text or "")
        elif node.tag in (f"{_W}tab", f"{_W}noBreakHyphen"):
            parts.append(" " if node.tag == f"{_W}tab" else "-")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        else:
            stack.extend(reversed(node))
    return "".join(parts)


def _boxes(element: Any) -> Iterator[Any]:
    """Yields the text boxes of a block, each once: files hold them twice, for older programs."""
    for box in element.iter(f"{_W}txbxContent"):
        if not any(above.tag in (f"{_MC}Fallback", f"{_W}txbxContent") for above in box.iterancestors()):
            yield box


def _table_lines(table: Any) -> list[str]:
    lines: list[str] = []
    for row in table.iterchildren(f"{_W}tr"):
        cells = [" ".join(_cell_text(cell).split()) for cell in row.iter(f"{_W}tc") if _is_of(cell, row)]
        if any(cells):
            lines.append(" | ".join(cells).strip())
    return lines


def _is_of(cell: Any, row: Any) -> bool:
    return next(cell.iterancestors(f"{_W}tr")) is row


def _cell_text(cell: Any) -> str:
    return " ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p"))


def _metadata(properties: Any) -> Metadata:
    said: dict[str, object] = {
        "keywords": (properties.keywords or "").replace(";", ","),
        "language": properties.language or "",
        "updated": properties.modified,
    }
    return metadata_of(said)
