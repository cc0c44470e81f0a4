"""Packages that may be dangerous."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from services.retrieval import office_package
from services.retrieval.media_types import DOCX, PPTX, XLSX
from services.retrieval.office_package import check_package, package_type
from services.retrieval.parsed_document import Unreadable
from tests.retrieval.example_files import packed, presentation, word_document, workbook

LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        check_package(content)
    return caught.value


def encrypted(content: bytes) -> bytes:
    """Marks every member of a package as encrypted."""
    found = bytearray(content)
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = found.find(mark)
        while place >= 0:
            found[place + offset] |= 1
            place = found.find(mark, place + 4)
    return bytes(found)


def overlapping(copies: int) -> bytes:
    """A package whose members are all one and the same stretch of it (Fifield, a better zip bomb)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.xml", b"<a/>" * 100_000)
        only = package.infolist()[0]
        for number in range(copies):
            twin = zipfile.ZipInfo(f"{number}.xml")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(twin, name, getattr(only, name))
            package.filelist.append(twin)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (word_document(), DOCX),
        (presentation(), PPTX),
        (workbook({"a": []}), XLSX),
        (packed({}), "application/zip"),
    ],
)
def test_a_package_is_what_its_members_make_it(content: bytes, media_type: str) -> None:
    assert package_type(content) == media_type
    check_package(content)


def test_a_part_that_unpacks_to_far_more_than_it_weighs_is_refused() -> None:
    bomb = packed({"xl/media/image1.bmp": b"\0" * (8 * 1024 * 1024)})
    assert len(bomb) < 10_000
    assert refusal(bomb).code == "bomb"


def test_many_parts_that_unpack_to_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_UNPACKED_BYTES", 10_000)
    assert refusal(packed({f"{n}.bin": b"x" * 3000 for n in range(4)})).code == "bomb"


def test_members_that_are_all_the_same_stretch_are_refused() -> None:
    assert refusal(overlapping(2000)).code in ("bomb", "too_large", "corrupt")


def test_a_package_that_holds_itself_is_not_followed() -> None:
    inner = packed({"word/document.xml": b"<a/>"})
    for _ in range(20):
        inner = packed({"word/document.xml": b"<a/>", "again.docx": inner})
    check_package(inner)


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_PARTS", 3)
    assert refusal(packed({str(n): b"" for n in range(4)})).code == "bomb"


def test_too_much_xml_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_XML_BYTES", 100)
    assert refusal(packed({"a.xml": b"<a>" + b"x" * 100 + b"</a>"})).code == "too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_xml_that_declares_entities_is_refused(encoding: str) -> None:
    assert refusal(packed({"word/document.xml": LAUGHS.decode().encode(encoding)})).code == "bomb"


def test_an_encrypted_package_asks_for_its_password() -> None:
    assert refusal(encrypted(word_document())).code == "password"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        word_document()[:-100],
        b"PK\x05\x06" + struct.pack("<18s", b"\xff" * 18),
        b"no zip at all",
    ],
)
def test_a_damaged_package_is_refused(content: bytes) -> None:
    assert refusal(content).code == "corrupt"


def test_a_part_with_a_wrong_checksum_is_refused() -> None:
    content = bytearray(packed({"a.xml": b"<a>bees make honey in every hive</a>"}, level=0))
    content[content.find(b"bees")] ^= 1
    assert refusal(bytes(content)).code == "corrupt"
