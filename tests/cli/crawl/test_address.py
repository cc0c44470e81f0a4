"""Addresses in their normal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.crawl.address import begins_with, folder_of, normalised, site_of


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("HTTPS://Docs.Example:443/A/./b/../c?x=1#part", "https://docs.example/A/c?x=1"),
        ("http://d.example:80", "http://d.example/"),
        ("http://d.example:8080/", "http://d.example:8080/"),
        ("https://d/ä b", "https://d/%C3%A4%20b"),
        ("https://d/%41%20", "https://d/%41%20"),
        ("https://d/a?utm_source=x&b=1&gclid=2", "https://d/a?b=1"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://d/../../a", "https://d/a"),
        ("https://d/a/..", "https://d/"),
        ("https://[::1]:81/", "https://[::1]:81/"),
        ("https://d./a", "https://d/a"),
    ],
)
def test_equal_pages_have_one_address(given: str, normal: str) -> None:
    assert normalised(given) == normal


@pytest.mark.parametrize(
    "given", ["", "mailto:a@b", "javascript:x", "ftp://d/", "https://", "https://u:p@d/", "https://d:x/", "/a",
              "https://[::1/", "https://d/" + "a" * 3000, "https://" + "x" * 300 + ".example/"]
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_none(given: str) -> None:
    assert normalised(given) == ""


def test_links_are_read_where_they_stand() -> None:
    assert normalised("../b#c", "https://d/x/y/") == "https://d/x/b"
    assert normalised("//e/f", "https://d/") == "https://e/f"
    assert normalised("?q", "https://d/x") == "https://d/x?q"


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised(f"https://d.example/{text}")

    assert normalised(once) == once


def test_sites_and_folders() -> None:
    assert site_of("https://www.d.example/x") == site_of("http://d.example/") == "d.example"
    assert site_of("http://d.example:8080/") == "d.example:8080"
    assert folder_of("https://d/a/b.html") == "https://d/a/"
    assert folder_of("https://d/a/") == "https://d/a/"


def test_a_beginning_is_of_the_host_too() -> None:
    assert begins_with("http://d/guide/x", ["https://d/guide/"])
    assert not begins_with("https://d.evil/guide/", ["https://d/"])
    assert not begins_with("https://d/x", ["nonsense"])
