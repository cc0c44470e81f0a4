"""Telling what a document is."""

from __future__ import annotations

import pytest

from services.retrieval.media_types import charset_of, media_type_of


@pytest.mark.parametrize(
    ("content_type", "uri", "expected"),
    [
        ("", "guide/bees.md", "text/markdown"),
        ("", "BEES.MARKDOWN", "text/markdown"),
        ("", "page.html", "text/html"),
        ("", "notes.txt", "text/plain"),
        ("", "https://example.org/a/page.html?x=1.md#y.txt", "text/html"),
        ("", "https://example.org/a/page", ""),
        ("", "strange#name.md", "text/markdown"),
        ("", "archive.zip", "application/zip"),
        ("text/html; charset=utf-8", "x.md", "text/html"),
        ("TEXT/X-Markdown", "x", "text/markdown"),
        ("application/xhtml+xml", "x", "text/html"),
        ("application/pdf", "x.md", "application/pdf"),
        (" ; charset=x", "x.md", "text/markdown"),
        ("", "http://[broken/x.md", "text/markdown"),
    ],
)
def test_the_type_comes_from_the_source_else_from_the_uri(content_type: str, uri: str, expected: str) -> None:
    assert media_type_of(content_type, uri) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html", ""),
        ("text/html; charset=UTF-8", "utf-8"),
        ('text/html; a=b; Charset = "Shift_JIS"', "shift_jis"),
        ("text/html; charset", ""),
    ],
)
def test_the_charset_is_a_parameter_of_the_type(content_type: str, expected: str) -> None:
    assert charset_of(content_type) == expected
