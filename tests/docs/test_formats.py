"""The page on formats says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.retrieval import (
    document_reader,
    intake,
    media_types,
    office_package,
    own_metadata,
    parser_csv,
    parser_html,
    parser_pptx,
    parser_xlsx,
    parsing,
    pdf_pages,
)
from services.retrieval.isolated_parser import ParserLimits
from services.retrieval.reasons import REASONS

PAGE = (Path(__file__).resolve().parents[2] / "docs/guides/formats.md").read_text(encoding="utf-8")
MIB = 1024 * 1024


def test_every_reason_is_there_word_by_word() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (skipped|failed) \| (.+) \| (.+) \|$", PAGE, re.M)
    assert rows == [(code, *(r.state, r.meaning, r.remedy)) for code, r in REASONS.items()]


def test_every_name_of_a_file_is_read_as_it_says() -> None:
    names = re.findall(r"`(\.\w+)`", PAGE.partition("## What a document can say")[0])
    assert {media_types.media_type_of("", f"a{name}") for name in names} == media_types.READABLE


@pytest.mark.parametrize(
    "names",
    [
        own_metadata.TITLE,
        own_metadata.TAGS,
        own_metadata.LANGUAGE,
        (*own_metadata.PRODUCT, *own_metadata.VERSION),
        own_metadata.URL,
        own_metadata.UPDATED,
        own_metadata.ACCESS,
    ],
)
def test_every_name_in_front_matter_is_there(names: tuple[str, ...]) -> None:
    table = PAGE.partition("| what | names |")[2]
    assert any(re.findall(r"`(\w+)`", line) == list(names) for line in table.splitlines())


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("size of a document", f"{intake.MAX_DOCUMENT_BYTES // MIB} MiB"),
        ("text of a document", f"{parsing.MAX_TEXT_CHARACTERS:,} characters"),
        ("passages of a document", f"{document_reader.MAX_PASSAGES:,}"),
        ("pages of a PDF", f"{pdf_pages.MAX_PAGES:,}"),
        ("slides of a presentation", f"{parser_pptx.MAX_SLIDES:,}"),
        ("sheets of a workbook", f"{parser_xlsx.MAX_SHEETS:,}"),
        ("columns of a sheet that are read", f"{parser_xlsx.MAX_COLUMNS:,}"),
        ("cells of a workbook or a table", f"{parser_xlsx.MAX_CELLS:,}"),
        ("cells of a workbook or a table", f"{parser_csv.MAX_CELLS:,}"),
        ("parts of an Office file", f"{office_package.MAX_PARTS:,}"),
        (
            "what an Office file unpacks to",
            f"{office_package.MAX_UNPACKED_BYTES // MIB} MiB, of which XML {office_package.MAX_XML_BYTES // MIB} MiB",
        ),
        ("how much larger than it weighs a part of it may become", f"{office_package.MAX_RATIO} times"),
        ("open elements of an HTML page", f"{parser_html.MAX_DEPTH:,}"),
    ],
)
def test_every_limit_is_what_the_code_keeps(what: str, value: str) -> None:
    assert f"| {what} | {value} |" in PAGE


def test_the_process_has_the_limits_that_the_page_names() -> None:
    limits = ParserLimits()
    assert f"`CAUSEWAY_PARSER_SECONDS` ({limits.seconds})" in PAGE
    assert f"`CAUSEWAY_PARSER_MEMORY` ({limits.memory_mib:,} MiB)" in PAGE
