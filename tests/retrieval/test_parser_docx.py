"""Word documents."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from services.retrieval.parsed_document import Unreadable
from services.retrieval.parser_docx import parse_docx
from tests.retrieval.example_documents import assert_sound, kinds, texts
from tests.retrieval.example_files import WORDS, packed, presentation, with_part, word_document

BODY = "word/document.xml"
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def with_body(inner: str) -> bytes:
    body = f"<w:document {NAMES}><w:body>{inner}</w:body></w:document>"
    return with_part(word_document(), BODY, body.encode())


def test_headings_lists_and_tables_are_what_their_styles_say() -> None:
    parsed = parse_docx(word_document())
    assert_sound(parsed)
    assert parsed.title == "Bee guide"
    assert [(b.kind, b.level) for b in parsed.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 1),
        ("paragraph", 0),
        ("list", 0),
        ("table", 0),
    ]
    assert texts(parsed) == [
        *("Bee guide", WORDS, "Feeding", "You need:"),
        *("- sugar\n- water", "Month | Sugar\nMay | 2 kg"),
    ]
    assert parsed.metadata.tags == ("bees", "honey")


def test_what_was_deleted_is_left_out_and_equations_are_read() -> None:
    deleted = (
        "<w:del><w:r><w:delText>wax</w:delText></w:r></w:del><w:ins><w:r><w:t> honey</w:t></w:r></w:ins>"
    )
    equation = "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>"
    code = '<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>'
    run = "<w:r><w:t>Bees make</w:t></w:r>"
    parsed = parse_docx(with_body(f"<w:p>{run}{deleted}{code}</w:p><w:p>{equation}</w:p>"))
    assert texts(parsed) == ["Bees make honey", "a+b"]


def test_text_boxes_are_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    parsed = parse_docx(with_body(f"<w:p><w:r><w:t>Beside.</w:t>{both}</w:r></w:p>"))
    assert texts(parsed) == ["Beside.", "In a box."]


def test_notes_come_last() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relations = zipfile.ZipFile(io.BytesIO(word_document())).read("word/_rels/document.xml.rels").decode()
    added = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    notes = (
        f'<w:footnotes {NAMES}><w:footnote w:type="separator"><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>As far as anybody knows.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    content = with_part(word_document(), "word/footnotes.xml", notes.encode())
    content = with_part(
        content, "word/_rels/document.xml.rels", relations.replace("</Relationships>", added).encode()
    )
    assert texts(parse_docx(content))[-1] == "As far as anybody knows."


def test_content_controls_and_tables_in_tables_are_read() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p>{}</w:tc>"
    inner = f"<w:tbl><w:tr>{cell.format('inner', '')}</w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr>{cell.format('a', inner)}{cell.format('b', '')}</w:tr></w:tbl>"
    control = f"<w:sdt><w:sdtContent><w:p><w:r><w:t>Inside.</w:t></w:r></w:p>{outer}</w:sdtContent></w:sdt>"
    parsed = parse_docx(with_body(control))
    assert texts(parsed) == ["Inside.", "a inner | b"]


def test_code_stays_together() -> None:
    document = docx.Document()
    document.styles.add_style("Source Code", 1)
    for line in ("if bees:", "    honey()"):
        document.add_paragraph(line, style="Source Code")
    target = io.BytesIO()
    document.save(target)
    parsed = parse_docx(target.getvalue())
    assert (kinds(parsed), texts(parsed)) == (["code"], ["if bees:\n    honey()"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04", "corrupt"),
        (packed({BODY: b"<a/>"}), "corrupt"),
        (presentation(), "corrupt"),
        (with_part(word_document(), BODY, b"<w:document"), "corrupt"),
        (word_document()[:-400], "corrupt"),
        (with_part(word_document(), BODY, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "bomb"),
    ],
)
def test_what_is_no_word_document_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_docx(content)
    assert caught.value.code == code
