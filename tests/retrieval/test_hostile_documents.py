"""Files made to harm whoever reads them, in the parsers' own process."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from libs.common.clock import SystemClock
from services.retrieval.isolated_parser import IsolatedParser, ParserLimits
from services.retrieval.parsed_document import ParsedDocument, Unreadable
from tests.retrieval.example_files import (
    WORDS,
    lines,
    packed,
    pdf,
    pdf_of,
    presentation,
    with_part,
    word_document,
    workbook,
)

LIMITS = ParserLimits(seconds=60, memory_mib=768)
LAUGHS = (
    b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a0 'ha'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><l>&a9;</l>"
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
WHOLE = {
    "a.pdf": pdf(lines(WORDS), lines("More.")),
    "a.docx": word_document(),
    "a.pptx": presentation(),
    "a.xlsx": workbook({"Stock": [["Code", "Count"], ["SKU-1", 7]]}),
}


@pytest.fixture(scope="module")
def parser() -> Iterator[IsolatedParser]:
    opened = IsolatedParser(LIMITS, SystemClock())
    yield opened
    opened.close()


def outcome(parser: IsolatedParser, content: bytes, uri: str) -> ParsedDocument | str:
    try:
        return parser.parse(content, "", uri)
    except Unreadable as refusal:
        return refusal.code if str(refusal).endswith(".") else str(refusal)


def wide_sheet() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 300))
    return with_part(WHOLE["a.xlsx"], "xl/worksheets/sheet1.xml", SHEET.format(rows).encode())


def pdf_bomb() -> bytes:
    """A page whose content unpacks from 500 KB to half a gigabyte."""
    squeezed = zlib.compress(b" " * (512 * 1024 * 1024), 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(squeezed), squeezed)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream])


def giant_picture() -> bytes:
    """A page with a picture that claims 100,000 by 100,000 points."""
    picture = b"<< /Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8"
    picture += b" /ColorSpace /DeviceRGB /Length 3 >>\nstream\nabc\nendstream"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R"
    page += b" /Resources << /XObject << /A 4 0 R >> >> >>"
    shown = b"<< /Length 5 >>\nstream\n/A Do\nendstream"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, picture, shown])


@pytest.mark.parametrize(
    ("uri", "content", "codes"),
    [
        ("laughs.docx", with_part(WHOLE["a.docx"], "word/document.xml", LAUGHS), {"bomb"}),
        ("laughs.xlsx", with_part(WHOLE["a.xlsx"], "xl/workbook.xml", LAUGHS), {"bomb"}),
        ("zeros.docx", with_part(WHOLE["a.docx"], "word/media/a.bmp", bytes(64 * 1024 * 1024)), {"bomb"}),
        ("zeros.xlsx", with_part(WHOLE["a.xlsx"], "xl/worksheets/sheet1.xml", b" " * 40_000_000), {"bomb"}),
        ("wide.xlsx", wide_sheet(), {"no_text"}),
        ("picture.pdf", giant_picture(), {"scan"}),
        ("deep.html", b"<div>" * 100_000, {"too_complex"}),
        (
            "attributes.html",
            b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x",
            {"too_complex"},
        ),
        ("yaml.md", b"---\na: &a [x]\n" + b"b: &b [*a, *a]\n" * 50 + b"---\n", {"no_text"}),
        ("quotes.csv", b'a,"' + b"x" * 1_000_000, {"corrupt"}),
        ("nothing.md", b"\0" * 100_000, {"empty"}),
        ("random.md", bytes(range(256)) * 1000, {"binary"}),
        ("zip.md", packed({"a": b"b"}), {"binary"}),
        ("html.docx", b"<html>Please sign in.</html>", {"corrupt"}),
    ],
)
def test_what_is_made_to_harm_is_refused_by_name(
    parser: IsolatedParser, uri: str, content: bytes, codes: set[str]
) -> None:
    assert outcome(parser, content, uri) in codes


@pytest.mark.parametrize(
    ("uri", "content"),
    [("bomb.pdf", pdf_bomb()), ("brackets.pdf", b"%PDF-1.7\n1 0 obj" + b"[" * 1_000_000)],
)
def test_what_cannot_be_told_in_advance_stays_within_the_limits(
    parser: IsolatedParser, uri: str, content: bytes
) -> None:
    codes = {"corrupt", "no_text", "scan", "memory", "timeout", "crashed"}
    assert outcome(parser, content, uri) in codes
    assert parser.parse(b"Bees.", "text/plain", "a").text == "Bees."


@pytest.mark.parametrize("uri", WHOLE)
def test_files_that_are_cut_short_are_refused_or_read_as_far_as_they_go(
    parser: IsolatedParser, uri: str
) -> None:
    whole = WHOLE[uri]
    for part in range(1, 20):
        found = outcome(parser, whole[: len(whole) * part // 20], uri)
        assert not isinstance(found, str) or found in {"corrupt", "no_text", "scan"}


@pytest.mark.parametrize("uri", WHOLE)
def test_files_with_broken_bytes_are_refused_or_read(parser: IsolatedParser, uri: str) -> None:
    whole = bytearray(WHOLE[uri])
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        broken = bytearray(whole)
        broken[place : place + 8] = b"\xff\0\xfe<>&[("
        found = outcome(parser, bytes(broken), uri)
        assert not isinstance(found, str) or found not in ("crashed", "timeout", "memory")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_text_is_read_in_every_encoding_of_unicode(parser: IsolatedParser, encoding: str) -> None:
    assert parser.parse(f"# Bees\n\n{WORDS}".encode(encoding), "", "a.md").title == "Bees"


def test_a_package_that_holds_packages_is_not_followed(parser: IsolatedParser) -> None:
    inner = word_document()
    for _ in range(5):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as package:
            package.writestr("inner.docx", inner)
        inner = with_part(word_document(), "word/embeddings/inner.zip", target.getvalue())
    found = outcome(parser, inner, "a.docx")
    assert isinstance(found, ParsedDocument)
    assert found.title == "Bee guide"
