"""Awkward files of every kind, through the worker with the parsers' own process."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from services.retrieval.documents import Document, DocumentHeader, DocumentSource
from services.retrieval.isolated_parser import IsolatedParser, ParserLimits
from services.retrieval.parsing import parse
from services.retrieval.reasons import REASONS
from tests.fakes.fake_builder import published
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.example_ingest import Bench, open_bench

MESSY = Path(__file__).parents[2].parent / "shared/data/ingest-messy"
LIMITS = ParserLimits(seconds=30, memory_mib=512)
RECALL = 0.95

NOT_INDEXED = {
    "markitdown/MEDRPT-2024-PAT-3847_medical_report_scan.pdf": "scan",
    "markitdown/pptx_image_end.pptx": "no_text",
    "markitdown/pptx_image_middle.pptx": "no_text",
    "markitdown/pptx_image_start.pptx": "no_text",
    "markitdown/pptx_multiple_images.pptx": "no_text",
    "markitdown/test.epub": "unsupported",
    "markitdown/test.json": "unsupported",
    "markitdown/test.rtf": "unsupported",
    "markitdown/test.xls": "unsupported",
    "markitdown/test_notebook.ipynb": "unsupported",
    "markitdown/test_outlook_msg.msg": "unsupported",
    "markitdown/test_rss.xml": "unsupported",
    "py-pdf/grayscale-image.pdf": "scan",
    "py-pdf/imagemagick-ASCII85Decode.pdf": "scan",
    "py-pdf/imagemagick-CCITTFaxDecode.pdf": "scan",
    "py-pdf/imagemagick-lzw.pdf": "scan",
    "py-pdf/libreoffice-writer-password.pdf": "password",
}

pytestmark = pytest.mark.skipif(not MESSY.is_dir(), reason="the awkward files are not here")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """An ingest that has taken all the files in."""
    clock = FakeClock()
    parser = IsolatedParser(LIMITS, SystemClock())
    opened = open_bench(tmp_path_factory.mktemp("messy"), clock, parser=parser)
    headers = [(DocumentHeader(path.relative_to(MESSY).as_posix()), path.read_bytes()) for path in files()]
    opened.accept("acme", DocumentSource("messy", complete=True), *headers)
    opened.work(clock)
    yield opened
    opened.ingest.end()
    opened.close()


def files() -> list[Path]:
    return sorted(path for path in MESSY.rglob("*") if path.is_file())


def documents(bench: Bench) -> list[Document]:
    return bench.store.list("acme", 1000, ("", ""), None)


def test_every_file_ends_in_the_state_that_it_should(bench: Bench) -> None:
    found = {document.uri: document for document in documents(bench)}
    assert set(found) == {path.relative_to(MESSY).as_posix() for path in files()}
    assert {uri: d.reason_code for uri, d in found.items() if d.state != "indexed"} == NOT_INDEXED
    assert Counter(d.state for d in found.values())["failed"] == 1


def test_every_refusal_has_a_code_and_words(bench: Bench) -> None:
    refused = [document for document in documents(bench) if document.state != "indexed"]
    for document in refused:
        reason = REASONS[document.reason_code]  # type: ignore[index]
        assert document.state == reason.state
        assert document.reason.endswith(".")
        assert not document.retryable


def test_every_indexed_file_has_passages_with_pages_where_it_has_pages(bench: Bench) -> None:
    passages = published(bench.folder)
    assert {p.uri for p in passages} == {d.uri for d in documents(bench) if d.state == "indexed"}
    for passage in passages:
        assert passage.text.strip()
        assert passage.end - passage.start == len(passage.text)
        assert (passage.page > 0) == passage.uri.endswith((".pdf", ".pptx"))


def test_languages_are_told(bench: Bench) -> None:
    languages = {document.uri: document.language for document in documents(bench)}
    assert languages["contoso/support.pdf"] == "en"
    assert languages["markitdown/test_wikipedia.html"] == "en"
    assert languages["py-pdf/multicolumn.pdf"] == "la"


def test_japanese_is_told_without_a_word_about_its_encoding(bench: Bench) -> None:
    text = " ".join(p.text for p in published(bench.folder) if p.uri == "markitdown/test_mskanji.csv")
    assert "名前" in text


def test_arabic_is_in_reading_order(bench: Bench) -> None:
    for uri in ("py-pdf/habibi.pdf", "py-pdf/habibi-rotated.pdf"):
        assert "حَبيبي" in " ".join(p.text for p in published(bench.folder) if p.uri == uri)


def test_columns_are_read_one_after_the_other(bench: Bench) -> None:
    text = " ".join(p.text for p in published(bench.folder) if p.uri == "py-pdf/multicolumn.pdf")
    assert text.index("Lorem ipsum dolor sit amet") < text.index("Pellentesque cursus luctus mauris")
    assert "consectetuer adipiscing elit. Ut purus elit, vestibulum ut" in text


@pytest.mark.parametrize("expected", sorted((MESSY / "expected").glob("*.md")), ids=lambda path: path.stem)
def test_nothing_that_another_reader_finds_is_lost(expected: Path) -> None:
    name = f"{expected.stem}.pdf"
    parsed = parse((MESSY / "markitdown" / name).read_bytes(), "", name)
    wanted, found = words(expected.read_text("utf-8")), words(parsed.text)
    assert (wanted & found).total() >= RECALL * wanted.total()


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))
