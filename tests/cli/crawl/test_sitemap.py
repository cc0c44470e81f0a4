"""Sitemaps: packed, nested, hostile."""

from __future__ import annotations

import gzip

import pytest

from cli.crawl import sitemap
from cli.crawl.sitemap import SitemapRefused, read_sitemap

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
URL = "https://d.example/sitemap.xml"


def urlset(*entries: str) -> bytes:
    return f"{HEAD}<urlset {NAMES}>{''.join(entries)}</urlset>".encode()


def test_pages_come_with_the_time_of_their_last_change() -> None:
    found = read_sitemap(
        urlset(
            "<url><loc> https://d.example/a#x </loc><lastmod>2026-01-02</lastmod></url>",
            "<url><loc>/b</loc><lastmod>2026-01-02T03:04:05+01:00</lastmod><priority>1</priority></url>",
            "<url><loc>https://d.example/c</loc><lastmod>yesterday</lastmod></url>",
            "<url><lastmod>2026-01-02</lastmod></url>",
            "<url><loc>ftp://d.example/d</loc></url>",
        ),
        URL,
    )

    assert found.pages == (
        ("https://d.example/a", "2026-01-02T00:00:00Z"),
        ("https://d.example/b", "2026-01-02T03:04:05+01:00"),
        ("https://d.example/c", ""),
    )


def test_an_index_names_further_sitemaps() -> None:
    index = (
        f"{HEAD}<sitemapindex {NAMES}><sitemap><loc>https://d.example/1.xml.gz</loc></sitemap></sitemapindex>"
    )

    assert read_sitemap(index.encode(), URL).sitemaps == ("https://d.example/1.xml.gz",)


def test_packed_ones_and_plain_lists_are_read_too() -> None:
    packed = gzip.compress(urlset("<url><loc>https://d.example/a</loc></url>"))

    assert read_sitemap(packed, URL).pages == (("https://d.example/a", ""),)
    assert (
        read_sitemap(b"https://d.example/a\nhttps://d.example/b\n", URL).pages[1][0] == "https://d.example/b"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no sitemap"),
        (b"words words", "no sitemap"),
        (b"<html><body/></html>", "no sitemap"),
        (urlset("<url><loc>x")[:-20], "damaged"),
        (gzip.compress(b"x")[:-9] + b"zzzz", "damaged|no sitemap"),
        (b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "b">]><urlset/>', "entities"),
        (b'<?xml version="1.0" encoding="nonsense"?><urlset/>', "damaged"),
        (b'<!DOCTYPE urlset SYSTEM "file:///etc/passwd"><urlset/>', "entities"),
    ],
)
def test_anything_else_is_refused_with_its_reason(content: bytes, words: str) -> None:
    with pytest.raises(SitemapRefused, match=words):
        read_sitemap(content, URL)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_BYTES", 1000)

    with pytest.raises(SitemapRefused, match="when unpacked"):
        read_sitemap(gzip.compress(b"<urlset>" + b" " * 100_000), URL)


def test_too_many_addresses_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_ENTRIES", 2)

    with pytest.raises(SitemapRefused, match="more than 2"):
        read_sitemap(urlset(*(f"<url><loc>https://d.example/{n}</loc></url>" for n in range(3))), URL)
