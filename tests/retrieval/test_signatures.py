"""What bytes are, whatever they are called."""

from __future__ import annotations

import pytest

from services.retrieval.media_types import DOCX, PDF, PPTX, XLSX
from services.retrieval.parsed_document import Unreadable
from services.retrieval.parsing import parse
from services.retrieval.signatures import type_by_signature
from tests.retrieval.example_files import WORDS, lines, pdf, presentation, word_document, workbook

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
FILES = {
    PDF: pdf(lines(WORDS)),
    DOCX: word_document(),
    PPTX: presentation(),
    XLSX: workbook({"Stock": [["Code", "Count"], ["SKU-1", 7]]}),
}


@pytest.mark.parametrize("media_type", FILES)
def test_a_file_is_read_as_what_it_is_under_any_name(media_type: str) -> None:
    content = FILES[media_type]
    assert type_by_signature(content) == media_type
    found = [
        parse(content, *called) for called in (("", "a.md"), ("application/octet-stream", "a"), ("", "a.pdf"))
    ]
    assert found[0].text == found[1].text == found[2].text != ""


@pytest.mark.parametrize(
    "content", [WORDS.encode(), b"<p>About %PDF-1.7</p>", b"# PK is no archive", b"", "ΠK".encode()]
)
def test_text_has_no_signature(content: bytes) -> None:
    assert type_by_signature(content) == ""


@pytest.mark.parametrize(
    ("content", "uri", "code", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.md", "binary", "image/png, not text"),
        (b"\x7fELF" + bytes(99), "a.txt", "binary", "not text"),
        (bytes(range(256)) * 4, "a.md", "binary", "binary data"),
        (b"\0" * 5000, "a.md", "empty", "empty"),
        (OLD, "a.doc", "unsupported", "application/msword is not read"),
        (OLD, "a.docx", "corrupt", "called a Word document, but is not"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password", "password"),
        (b"<html>Please sign in</html>", "a.pdf", "corrupt", "called a PDF, but is not"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.png", "unsupported", "image/png is not read"),
        (b"{}", "a.json", "unsupported", "application/json is not read"),
        (b"who knows", "a", "unsupported", "cannot be told"),
        (b"\x1f\x8b" + bytes(99), "a", "unsupported", "application/gzip is not read"),
        (b"PK\x03\x04" + bytes(99), "a.zip", "corrupt", "damaged"),
    ],
)
def test_what_is_not_read_has_a_reason(content: bytes, uri: str, code: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        parse(content, "", uri)
    assert caught.value.code == code
