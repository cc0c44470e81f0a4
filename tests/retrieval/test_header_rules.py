"""Which headers are accepted, and in which form."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.documents import DocumentHeader
from services.retrieval.header_rules import HeaderRefused, checked_header


def test_a_header_takes_its_normal_form() -> None:
    header = DocumentHeader(
        "bees.md", "", "https://example.org/bees", ("staff", "board", "staff"), "2026-03-01T12:00:00+02:00"
    )
    assert checked_header(header) == DocumentHeader(
        "bees.md", "text/markdown", "https://example.org/bees", ("board", "staff"), "2026-03-01T10:00:00Z"
    )


def test_metadata_takes_its_normal_form() -> None:
    header = DocumentHeader(
        "bees.md", tags=("b", "a", "b"), language=" pt_BR", product=" Hive ", version="2", title="Bees"
    )
    checked = checked_header(header)
    assert (checked.tags, checked.language) == (("a", "b"), "pt-br")
    assert (checked.product, checked.version, checked.title) == ("Hive", "2", "Bees")


def test_any_type_is_taken_and_none_is_left_to_the_bytes() -> None:
    assert checked_header(DocumentHeader("film.mp4", "video/mp4")).content_type == "video/mp4"
    assert checked_header(DocumentHeader("README")).content_type == "application/octet-stream"


def test_a_charset_is_kept_with_the_type() -> None:
    assert (
        checked_header(DocumentHeader("x", "Text/HTML;Charset=Shift_JIS")).content_type
        == "text/html; charset=shift_jis"
    )


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (DocumentHeader(""), "uri is empty"),
        (DocumentHeader("a\x00b.md"), "control characters"),
        (DocumentHeader("a\nb.md"), "control characters"),
        (DocumentHeader("a\ud800.md"), "control characters"),
        (DocumentHeader("é" * 1024 + ".md"), "longer than 2048 bytes"),
        (DocumentHeader("a.md", "markdown"), "no media type"),
        (DocumentHeader("a.md", "text/<b>"), "no media type"),
        (DocumentHeader("a.md", "text/plain; charset=<b>"), "names no charset"),
        (DocumentHeader("a.md", url="javascript:alert(1)"), "not an http or https"),
        (DocumentHeader("a.md", url="//example.org/x"), "not an http or https"),
        (DocumentHeader("a.md", url="https:///x"), "not an http or https"),
        (DocumentHeader("a.md", url="http://[::1/x"), "not an address"),
        (DocumentHeader("a.md", url="https://example.org/a b"), "spaces or control"),
        (DocumentHeader("a.md", url="https://example.org/\x07"), "spaces or control"),
        (DocumentHeader("a.md", url="https://example.org/" + "x" * 2048), "2048 bytes"),
        (DocumentHeader("a.md", access=("",)), "access tag is empty"),
        (DocumentHeader("a.md", access=("a\tb",)), "unprintable"),
        (DocumentHeader("a.md", access=("x" * 101,)), "longer than 100"),
        (DocumentHeader("a.md", access=tuple(map(str, range(101)))), "more than 100"),
        (DocumentHeader("a.md", tags=("x" * 101,)), "A tag is .* longer than 100"),
        (DocumentHeader("a.md", language="english please"), "no language tag"),
        (DocumentHeader("a.md", product="x" * 301), "product is .* longer than 300"),
        (DocumentHeader("a.md", version="1\n"), "version is unprintable"),
        (DocumentHeader("a.md", title="\x1b[2J"), "title is unprintable"),
        (DocumentHeader("a.md", updated_at="yesterday"), "not an RFC 3339"),
        (DocumentHeader("a.md", updated_at="2026-03-01T12:00:00"), "no time zone"),
        (DocumentHeader("a.md", updated_at="0001-01-01T00:00:00+23:00"), "out of range"),
    ],
)
def test_a_header_that_breaks_a_rule_is_refused_with_the_reason(header: DocumentHeader, reason: str) -> None:
    with pytest.raises(HeaderRefused, match=reason):
        checked_header(header)


@given(st.builds(DocumentHeader, st.text(), st.text(), st.text(), st.lists(st.text()).map(tuple), st.text()))
def test_any_header_is_either_refused_or_stays_as_it_is_when_checked_again(header: DocumentHeader) -> None:
    with suppress(HeaderRefused):
        checked = checked_header(header)
        assert checked_header(checked) == checked
