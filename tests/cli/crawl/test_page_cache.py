"""Pages that are kept between two readings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cli.crawl.page_cache import KeptPage, PageCache

PAGE = KeptPage("https://d.example/a", "text/html", "", '"1"', "", "", "hash", 5)


def test_a_page_comes_back_as_it_was_put(tmp_path: Path) -> None:
    cache = PageCache(tmp_path / "pages")
    assert cache.get(PAGE.url) is None
    cache.put(PAGE, b"words")

    assert cache.get(PAGE.url) == PAGE
    assert cache.body(PAGE.url) == b"words"
    assert cache.get("https://d.example/b") is None


def test_only_what_is_known_of_its_version_is_asked_for() -> None:
    assert PAGE.conditions == {"If-None-Match": '"1"'}
    assert replace(PAGE, etag="", last_modified="x").conditions == {"If-Modified-Since": "x"}


def test_a_page_that_is_damaged_is_not_there(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    for damage in (b"", b"longer words"):
        cache.put(PAGE, b"words")
        next(tmp_path.glob("*.body")).write_bytes(damage)
        assert cache.get(PAGE.url) is None
    cache.put(PAGE, b"words")
    next(tmp_path.glob("*.json")).write_text("{")
    assert cache.get(PAGE.url) is None


def test_what_is_not_kept_is_forgotten(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    other = replace(PAGE, url="https://d.example/b")
    cache.put(PAGE, b"words")
    cache.put(other, b"words")

    cache.keep_only([other.url])

    assert cache.get(PAGE.url) is None
    assert cache.get(other.url) == other
    assert len(list(tmp_path.iterdir())) == 2
