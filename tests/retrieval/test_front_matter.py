"""The front matter of Markdown sources."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.document_metadata import Metadata
from services.retrieval.front_matter import MAX_FRONT_MATTER, split_front_matter
from services.retrieval.parsed_document import Unreadable


@pytest.mark.parametrize(
    ("source", "title", "body"),
    [
        ("---\ntitle: Bee guide\ntags: [a]\n---\nText", "Bee guide", "Text"),
        ("\ufeff---\ntitle: 'Bees: a guide'\n---\nText", "Bees: a guide", "Text"),
        ("---\ntitle: 2026\n...\nText", "2026", "Text"),
        ("---\ntags: [a]\n---\nText", "", "Text"),
        ("---\ntitle: [a, b]\n---\nText", "", "Text"),
        ("---\n---\nText", "", "Text"),
        ("---\n- a\n- b\n---\nText", "", "Text"),
        ("---\ntitle: {% broken\n---\nText", "", "Text"),
        ("---\na: &a [*a]\ntitle: x\n---\nText", "x", "Text"),
        (f"---\ntitle: x\nfiller: {'y' * MAX_FRONT_MATTER}\n---\nText", "", "Text"),
        ("No front matter\n---\n", "", "No front matter\n---\n"),
        ("--- \ntitle: x\n", "", "--- \ntitle: x\n"),
    ],
)
def test_front_matter_gives_the_title_and_leaves(source: str, title: str, body: str) -> None:
    metadata, rest = split_front_matter(source)
    assert (metadata.title, rest) == (title, body)


def test_front_matter_says_what_the_document_is_about() -> None:
    source = """---
title: Bees
tags: [Hive, honey]
keywords: queen, honey
lang: en_GB
product: Hive
version: 2.1
url: https://example.org/bees
date: 2026-01-31
last_modified_at: 2026-02-01 12:00:00 +02:00
access: [board, staff]
---
Text"""
    assert split_front_matter(source)[0] == Metadata(
        title="Bees",
        url="https://example.org/bees",
        updated_at="2026-02-01T10:00:00Z",
        access=("board", "staff"),
        tags=("Hive", "honey", "queen"),
        language="en-gb",
        product="Hive",
        version="2.1",
    )


@pytest.mark.parametrize(
    "block",
    ["url: javascript:alert(1)", "date: soon", "lang: the language of bees", "tags: {a: b}", "version: [1]"],
)
def test_what_makes_no_sense_is_left_out(block: str) -> None:
    assert split_front_matter(f"---\n{block}\n---\nText") == (Metadata(), "Text")


@pytest.mark.parametrize(
    "block",
    [
        "access: {a: b}",
        "access: [[a]]",
        "access: ['']",
        "access: true",
        "access: [staff",
        "'access': [staff",
        "access: [staff]\nx: " + "y" * MAX_FRONT_MATTER,
    ],
)
def test_access_tags_that_cannot_be_read_are_never_taken_for_none(block: str) -> None:
    with pytest.raises(Unreadable, match="access tags cannot be read") as caught:
        split_front_matter(f"---\n{block}\n---\nText")
    assert (caught.value.state, caught.value.code) == ("failed", "access_conflict")


@given(st.text(alphabet="{}%*`\"'/:!?= \n-ab.#[]()", max_size=300))
def test_any_source_is_taken(source: str) -> None:
    with suppress(Unreadable):
        split_front_matter("---\n" + source)
