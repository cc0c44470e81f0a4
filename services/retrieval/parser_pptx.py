"""Parses presentations, the only file that imports python-pptx."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.util import Emu

from services.retrieval.office_package import DAMAGED, check_package
from services.retrieval.own_metadata import metadata_of
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument, Unreadable, single_line

MAX_SLIDES = 5000
_MOST_NESTED = 20
_ROW = Emu(457_200)
"""Half an inch: shapes that begin at heights less apart are read from left to right."""


def parse_pptx(content: bytes) -> ParsedDocument:
    """Returns a presentation slide by slide: title, texts, tables and notes; pages are slide numbers.

    Raises:
        Unreadable: It is damaged, encrypted, too large or dangerous to read.
    """
    check_package(content)
    try:
        presentation = Presentation(io.BytesIO(content))
        slides = list(presentation.slides)
    except (PythonPptxError, *DAMAGED):
        raise Unreadable("corrupt", "The file is no presentation, or is damaged; save it anew.") from None
    if len(slides) > MAX_SLIDES:
        raise Unreadable("too_large", f"The presentation has more than {MAX_SLIDES} slides; split it.")
    writer = DocumentWriter()
    for number, slide in enumerate(slides, 1):
        writer.page = number
        _write_slide(writer, slide, number)
    properties = presentation.core_properties
    title = "" if properties.title == "PowerPoint Presentation" else properties.title or ""
    parsed = writer.finish(title)
    keywords = (properties.keywords or "").replace(";", ",")
    return replace(parsed, metadata=metadata_of({"keywords": keywords, "updated": properties.modified}))


def _write_slide(writer: DocumentWriter, slide: Any, number: int) -> None:
    heading = slide.shapes.title
    title = single_line(heading.text_frame.text) if heading is not None and heading.has_text_frame else ""
    own = heading.shape_id if heading is not None else None
    texts = [(shape, _lines(shape)) for shape in _shapes(slide.shapes) if shape.shape_id != own]
    if title or any(lines for _, lines in texts):
        writer.heading(title or f"Slide {number}", 1)
    for shape, lines in texts:
        if getattr(shape, "has_table", False):
            writer.block("table", "\n".join(lines))
        else:
            writer.block("list" if len(lines) > 1 else "paragraph", "\n".join(lines))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        writer.block("paragraph", slide.notes_slide.notes_text_frame.text)


def _shapes(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """Yields shapes from top to bottom and left to right, those of groups in their place."""
    for shape in sorted(shapes, key=lambda shape: ((shape.top or 0) // _ROW, shape.left or 0)):
        if hasattr(shape, "shapes") and depth < _MOST_NESTED:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _lines(shape: Any) -> list[str]:
    if getattr(shape, "has_table", False):
        rows = ([single_line(cell.text) for cell in row.cells] for row in shape.table.rows)
        return [" | ".join(row).strip() for row in rows if any(row)]
    if not getattr(shape, "has_text_frame", False):
        return []
    paragraphs = [(paragraph.level, single_line(paragraph.text)) for paragraph in shape.text_frame.paragraphs]
    said = [(level, text) for level, text in paragraphs if text]
    if len(said) < 2:
        return [text for _, text in said]
    return ["  " * level + "- " + text for level, text in said]
