"""What a page says to those who follow its links."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.crawl.page import MAX_LINKS, read_page

URL = "https://d.example/guide/"


def test_links_are_gathered_once_each_and_without_those_that_lead_nowhere() -> None:
    found = read_page(
        b'<a href="a">1</a><a href="/b#x">2</a><a href="a#y">again</a><area href="c"><a>none</a>'
        b'<a href="mailto:x@y">m</a><a href="javascript:z">j</a><a rel="nofollow" href="d">no</a><a href="">e</a>',
        URL,
        "text/html",
    )

    assert found.links == ("https://d.example/guide/a", "https://d.example/b", "https://d.example/guide/c")


def test_the_base_of_a_page_is_where_its_links_begin() -> None:
    found = read_page(b'<base href="/other/"><a href="a">x</a>', URL, "text/html")

    assert found.links == ("https://d.example/other/a",)


def test_the_canonical_address_is_the_first_one() -> None:
    content = b'<link rel="canonical" href="/x"><link rel=canonical href=/y><link rel="icon" href="/z">'

    assert read_page(content, URL, "text/html").canonical == "https://d.example/x"


@pytest.mark.parametrize(
    ("content", "tag", "noindex", "nofollow"),
    [
        (b'<meta name="robots" content="noindex, follow">', "", True, False),
        (b'<META NAME="ROBOTS" CONTENT="None">', "", True, True),
        (b'<meta name="causeway" content="noindex">', "", True, False),
        (b'<meta name="description" content="noindex">', "", False, False),
        (b"", "googlebot: nofollow", False, True),
        (b"", "noindex", True, False),
        (b'<!-- <meta name="robots" content="noindex"> -->', "", False, False),
    ],
)
def test_wishes_are_honoured(content: bytes, tag: str, noindex: bool, nofollow: bool) -> None:
    found = read_page(content, URL, "text/html", tag)

    assert (found.noindex, found.nofollow) == (noindex, nofollow)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ('<a href="/ä">'.encode("latin-1"), "text/html; charset=latin-1"),
        ('<meta charset="latin-1"><a href="/ä">'.encode("latin-1"), "text/html"),
        ('<a href="/ä">'.encode(), "text/html; charset=nonsense"),
    ],
)
def test_the_encoding_is_the_one_that_is_named(content: bytes, content_type: str) -> None:
    assert read_page(content, URL, content_type).links == ("https://d.example/%C3%A4",)


def test_only_so_many_links_are_taken() -> None:
    many = b"".join(b'<a href="/%d">' % n for n in range(MAX_LINKS + 10))

    assert len(read_page(many, URL, "text/html").links) == MAX_LINKS


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<a ", b"<![CDATA[", b"<a href='", b"&#", b"<?x", b"<!x", b"</", b"<script>"]
)
def test_a_hostile_page_takes_no_time(piece: bytes) -> None:
    began = time.process_time()

    read_page(piece * (400_000 // len(piece)), URL, "text/html")

    assert time.process_time() - began < 5


@given(
    st.lists(
        st.sampled_from(
            [b"<", b">", b"!", b"[", b"--", b"a href=", b"'", b'"', b"?", b"/", b"&#", b"x", b"]]>", b"\xff"]
        )
    )
)
def test_no_page_breaks_it(pieces: list[bytes]) -> None:
    assert read_page(b"".join(pieces), URL, "text/html").canonical == ""
