"""Files of the formats that are read, made for tests."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import docx
import openpyxl
import pptx

WORDS = "Bees make honey, and every hive has one queen."


@dataclass(frozen=True)
class Put:
    """A text at a place of a page, in points from its lower left."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


def pdf(
    *pages: Iterable[Put], info: Mapping[str, str] | None = None, rotate: int = 0, turn: int = 0
) -> bytes:
    """A PDF whose pages are of 600 by 800 points, shown and their text turned by so many degrees."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    fonts = "<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    fonts += " /F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >> >>"
    kids = []
    for page in pages:
        stream = "\n".join(_shown(put, turn) for put in page).encode("cp1252")
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Rotate {rotate}"
            f" /Resources << /Font {fonts} >> /Contents {len(objects) + 2} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    said = " ".join(f"/{name} ({text})" for name, text in (info or {}).items())
    objects.append(f"<< {said} >>".encode())
    return pdf_of(objects, f"/Info {len(objects)} 0 R")


def pdf_of(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """A PDF of numbered objects, the first of them its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def lines(*texts: str, x: float = 50, y: float = 700, size: float = 10, leading: float = 12) -> list[Put]:
    """Lines below each other."""
    return [Put(x, y - number * leading, text, size) for number, text in enumerate(texts)]


def table(rows: Iterable[Sequence[str]], columns: Sequence[float], y: float = 600) -> list[Put]:
    """Rows of cells; an empty one is left out."""
    return [
        Put(x, y - number * 12, cell)
        for number, row in enumerate(rows)
        for x, cell in zip(columns, row, strict=True)
        if cell
    ]


def packed(parts: Mapping[str, bytes], *, level: int = 9) -> bytes:
    """A ZIP package."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def with_part(package: bytes, name: str, content: bytes) -> bytes:
    """A package in which one part is another."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        parts = {part: opened.read(part) for part in opened.namelist()}
    return packed(parts | {name: content})


def word_document() -> bytes:
    """A Word document with a title, headings, a list, a table, and who wrote it when."""
    document = docx.Document()
    document.core_properties.title = ""
    document.core_properties.keywords = "bees; honey"
    document.add_heading("Bee guide", 0)
    document.add_paragraph(WORDS)
    document.add_heading("Feeding", 1)
    document.add_paragraph("You need:")
    document.add_paragraph("sugar", style="List Bullet")
    document.add_paragraph("water", style="List Bullet")
    grid = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*grid.rows[0].cells, *grid.rows[1].cells], ["Month", "Sugar", "May", "2 kg"], strict=True
    ):
        cell.text = text
    return _saved(document)


def presentation() -> bytes:
    """Two slides: one with a title, points and notes, one with a table and no title."""
    deck = pptx.Presentation()
    deck.core_properties.title = "Hives"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Feeding"
    slide.placeholders[1].text = "Sugar\nWater"
    slide.notes_slide.notes_text_frame.text = "Say why."
    blank = deck.slides.add_slide(deck.slide_layouts[6])
    grid = blank.shapes.add_table(2, 2, 0, 0, 100, 100).table
    for place, text in enumerate(["Month", "Sugar", "May", "2 kg"]):
        grid.cell(place // 2, place % 2).text = text
    return _saved(deck)


def workbook(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """A workbook with these rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return _saved(book)


def _saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def _shown(put: Put, turn: int) -> str:
    a, b = round(math.cos(math.radians(turn))), round(math.sin(math.radians(turn)))
    x, y = a * (put.x - 300) - b * (put.y - 400) + 300, b * (put.x - 300) + a * (put.y - 400) + 400
    place = f"{a} {b} {-b} {a} {x} {y} Tm"
    text = put.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F{2 if put.bold else 1} {put.size} Tf {place} ({text}) Tj ET"
