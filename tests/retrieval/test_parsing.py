"""From bytes to a parsed document."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.retrieval.parsed_document import Unreadable
from services.retrieval.parsing import parse
from tests.retrieval.example_documents import GUIDE, assert_sound, texts


@pytest.mark.parametrize(
    ("content", "content_type", "uri", "expected"),
    [
        (b"# Bees\n\nHoney", "", "a.md", ["Bees", "Honey"]),
        (b"<h1>Bees</h1>Honey", "", "a.html", ["Bees", "Honey"]),
        (b"# Bees\n\nHoney", "text/plain", "a.md", ["# Bees", "Honey"]),
        ("蜂蜜".encode("shift_jis"), "text/plain; charset=shift_jis", "a", ["蜂蜜"]),
        (b'<meta charset="shift_jis">' + "蜂蜜".encode("shift_jis"), "text/html", "a", ["蜂蜜"]),
        ('<meta charset="latin1">süß'.encode(), "text/html; charset=utf-8", "a", ["süß"]),
    ],
)
def test_documents_are_parsed_by_their_type(
    content: bytes, content_type: str, uri: str, expected: list[str]
) -> None:
    assert texts(parse(content, content_type, uri)) == expected


@pytest.mark.parametrize(
    ("uri", "title"),
    [
        ("guide/first-steps_in-bees.md", "First steps in bees"),
        ("https://example.org/a/honey%20comb.html?x=1#y", "Honey comb"),
        ("README", "README"),
    ],
)
def test_a_document_without_a_title_is_named_after_its_file(uri: str, title: str) -> None:
    assert parse(b"text", "text/plain", uri).title == title
    assert parse(GUIDE.encode(), "text/markdown", uri).title == "Bee guide"


@pytest.mark.parametrize(
    ("content", "content_type", "state", "reason"),
    [
        (b"", "text/plain", "skipped", "is empty"),
        (b" \n\t ", "text/markdown", "skipped", "is empty"),
        (b"---\ntitle: x\n---\n", "text/markdown", "skipped", "holds no text"),
        (b"<script>x</script>", "text/html", "skipped", "holds no text"),
        (b"%PDF-1.7", "text/plain", "failed", "PDF is damaged"),
        (b"\0\1\2", "text/markdown", "failed", "binary data"),
        (b"x", "application/pdf", "failed", "called a PDF, but is not"),
        (b"<div>" * 5000, "text/html", "failed", "nested too deeply"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, content_type: str, state: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        parse(content, content_type, "a")
    assert caught.value.state == state


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["text/markdown", "text/html", "text/plain"]))
def test_any_bytes_are_parsed_or_refused(content: bytes, content_type: str) -> None:
    with suppress(Unreadable):
        parsed = parse(content, content_type, "a")
        assert_sound(parsed)
        assert parsed.title
