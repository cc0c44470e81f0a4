"""Reading a whole site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.crawl import website
from cli.crawl.website import read_website
from cli.document import Reading
from cli.output import CommandFailed
from libs.common.source import SitemapSource, WebsiteSource
from tests.fakes.fake_site import FakeSite, page

HOME = "https://d.example/"


def declared(**fields: Any) -> WebsiteSource:
    return WebsiteSource.model_validate(
        {"id": "s", "kind": "website", "url": HOME, "delay_seconds": 0, **fields}
    )


def uris(reading: Reading) -> list[str]:
    return [d.uri.removeprefix(HOME) for d in reading.documents]


def left_out(reading: Reading) -> dict[str, str]:
    return {r.uri.removeprefix(HOME): r.reason for r in reading.left_out}


@pytest.fixture
def site() -> FakeSite:
    return FakeSite(
        {HOME: page("a", "b"), f"{HOME}a": page("c"), f"{HOME}b": page("/"), f"{HOME}c": page("d")}
    )


async def test_pages_are_found_by_their_links_and_carry_their_address(site: FakeSite, tmp_path: Path) -> None:
    reading = await read_website(declared(depth=2), tmp_path, site.crawl())

    assert uris(reading) == ["", "a", "b", "c"]
    assert reading.whole
    document = reading.documents[0]
    assert (document.url, document.content_type) == (HOME, "text/html; charset=utf-8")
    assert b"words" in document.read()
    assert len(site.asked) == len(set(site.asked))


async def test_the_depth_the_folder_and_the_prefixes_bound_it(site: FakeSite, tmp_path: Path) -> None:
    assert uris(await read_website(declared(depth=0), tmp_path, site.crawl())) == [""]
    assert uris(await read_website(declared(exclude=[f"{HOME}a"]), tmp_path, site.crawl())) == ["", "b"]
    assert uris(await read_website(declared(include=[f"{HOME}a"]), tmp_path, site.crawl())) == ["", "a"]
    site.answers[f"{HOME}g/"] = page("/a", "x", "https://evil.example/")
    site.answers[f"{HOME}g/x"] = page()

    assert uris(await read_website(declared(url=f"{HOME}g/"), tmp_path, site.crawl())) == ["g/", "g/x"]
    assert not any("evil" in url for url in site.asked)


async def test_the_second_reading_asks_only_for_what_changed(site: FakeSite, tmp_path: Path) -> None:
    site.answers = {
        HOME: lambda r: httpx.Response(304) if r.headers.get("if-none-match") == "1" else page("a", ETag="1"),
        f"{HOME}a": page(words="old"),
    }
    await read_website(declared(), tmp_path, site.crawl())
    site.answers[f"{HOME}a"] = page(words="new")

    reading = await read_website(declared(), tmp_path, site.crawl())

    assert uris(reading) == ["", "a"]
    assert b"new" in reading.documents[1].read()


async def test_a_page_that_is_gone_leaves_and_one_that_is_down_does_not(
    site: FakeSite, tmp_path: Path
) -> None:
    await read_website(declared(), tmp_path, site.crawl())
    site.answers[f"{HOME}a"] = httpx.Response(503)
    down = await read_website(declared(), tmp_path, site.crawl())
    site.answers[f"{HOME}a"] = httpx.Response(404)
    gone = await read_website(declared(), tmp_path, site.crawl())

    assert uris(down) == ["", "a", "b"]  # as it was read last; what it led to is not known
    assert [f.uri for f in down.faults] == [f"{HOME}a"]
    assert not down.whole
    assert uris(gone) == ["", "b"]
    assert gone.whole
    assert left_out(gone)["a"] == "is not there (404)"


async def test_a_site_that_is_down_is_left_alone_after_a_few_pages(tmp_path: Path) -> None:
    site = FakeSite({HOME: page(*(f"p{n}" for n in range(50)))})
    site.answers |= {f"{HOME}p{n}": httpx.ReadTimeout("slow") for n in range(50)}

    reading = await read_website(declared(), tmp_path, site.crawl())

    assert len(site.asked) == 2 + website.GIVES_UP_AFTER
    assert "given up for now" in reading.faults[-1].reason


async def test_more_pages_than_are_wanted_make_the_reading_not_whole(site: FakeSite, tmp_path: Path) -> None:
    reading = await read_website(declared(max_pages=2), tmp_path, site.crawl())

    assert uris(reading) == ["", "a"]
    assert "raise max_pages" in reading.faults[0].reason
    exactly = await read_website(declared(max_pages=4, depth=2), tmp_path, site.crawl())
    assert exactly.whole


async def test_wishes_of_pages_are_honoured(tmp_path: Path) -> None:
    site = FakeSite({
        HOME: page("hidden", "copy", "quiet"),
        f"{HOME}hidden": page("linked", head='<meta name="robots" content="noindex">'),
        f"{HOME}linked": page(),
        f"{HOME}copy": page(head='<link rel="canonical" href="/real">'),
        f"{HOME}real": page(head='<link rel="canonical" href="/real">'),
        f"{HOME}quiet": page("unseen", head='<meta name="robots" content="nofollow">'),
        f"{HOME}unseen": page(),
    })  # fmt: skip

    reading = await read_website(declared(), tmp_path, site.crawl())

    assert uris(reading) == ["", "linked", "quiet", "real"]
    assert left_out(reading) == {
        "hidden": "asks not to be indexed (noindex)",
        "copy": f"is a copy of {HOME}real",
    }


@pytest.mark.parametrize(
    "canonical", ["https://elsewhere.example/x", "/gone", "/back", "http://d.example/x", "/other"]
)
async def test_a_page_whose_canonical_address_is_of_no_use_is_kept(tmp_path: Path, canonical: str) -> None:
    site = FakeSite({
        HOME: page("x"),
        f"{HOME}x": page(head=f'<link rel="canonical" href="{canonical}">'),
        f"{HOME}back": httpx.Response(301, headers={"Location": f"{HOME}x"}),
        "http://d.example/x": httpx.Response(301, headers={"Location": f"{HOME}x"}),
        f"{HOME}other": page(head='<link rel="canonical" href="/x">'),
    })  # fmt: skip

    reading = await read_website(declared(), tmp_path, site.crawl())

    assert "x" in uris(reading)


async def test_a_redirect_is_the_page_that_it_leads_to(tmp_path: Path) -> None:
    moved = httpx.Response(301, headers={"Location": "/new"})
    site = FakeSite({HOME: page("old", "new", "out"), f"{HOME}old": moved, f"{HOME}new": page()})
    site.answers[f"{HOME}out"] = httpx.Response(301, headers={"Location": "/away"})
    site.answers[f"{HOME}away"] = page()

    reading = await read_website(declared(exclude=[f"{HOME}away"]), tmp_path, site.crawl())

    assert uris(reading) == ["", "new"]
    assert left_out(reading)["out"] == f"leads out of the source, to {HOME}away"


async def test_a_site_that_moved_to_www_or_https_is_the_same_site(tmp_path: Path) -> None:
    there = "https://www.d.example/"
    site = FakeSite({
        "http://d.example/": httpx.Response(301, headers={"Location": there}),
        there: page("a"),
        f"{there}a": page("http://d.example/b"),
        "http://d.example/b": httpx.Response(301, headers={"Location": f"{there}b"}),
        f"{there}b": page(),
    })  # fmt: skip

    reading = await read_website(declared(url="http://d.example/"), tmp_path, site.crawl())

    assert [d.uri for d in reading.documents] == [there, f"{there}a", f"{there}b"]


async def test_a_folder_named_without_its_slash_is_still_a_folder(tmp_path: Path) -> None:
    site = FakeSite({
        f"{HOME}guide": httpx.Response(301, headers={"Location": f"{HOME}guide/"}),
        f"{HOME}guide/": page("a", "/elsewhere"),
        f"{HOME}guide/a": page(),
        f"{HOME}elsewhere": page(),
        f"{HOME}robots.txt": httpx.Response(200, text=f"Sitemap: {HOME}s.xml"),
        f"{HOME}s.xml": httpx.Response(200, text=f"<urlset><url><loc>{HOME}elsewhere</loc></url></urlset>"),
    })  # fmt: skip

    reading = await read_website(declared(url=f"{HOME}guide"), tmp_path, site.crawl())

    assert uris(reading) == ["guide/", "guide/a"]
    assert f"{HOME}elsewhere" not in site.asked


async def test_robots_txt_forbids_slows_down_and_names_sitemaps(tmp_path: Path) -> None:
    rules = "User-agent: *\nDisallow: /private\nCrawl-delay: 5\nSitemap: https://d.example/s.xml\n"
    site = FakeSite({
        HOME: page("private"),
        f"{HOME}robots.txt": httpx.Response(200, text=rules),
        f"{HOME}s.xml": httpx.Response(200, text=f"<urlset><url><loc>{HOME}island</loc></url></urlset>"),
        f"{HOME}island": page(),
    })  # fmt: skip

    reading = await read_website(declared(), tmp_path, site.crawl())

    assert uris(reading) == ["", "island"]
    assert left_out(reading)["private"] == "robots.txt does not allow it"
    assert site.pauses
    assert set(site.pauses) == {5.0}


async def test_a_site_that_forbids_its_first_page_or_cannot_say_fails(site: FakeSite, tmp_path: Path) -> None:
    site.answers[f"{HOME}robots.txt"] = httpx.Response(200, text="User-agent: causeway\nDisallow: /\n")
    with pytest.raises(CommandFailed, match=r"robots\.txt does not allow"):
        await read_website(declared(), tmp_path, site.crawl())

    site.answers[f"{HOME}robots.txt"] = httpx.Response(500)
    with pytest.raises(CommandFailed, match="answers 500"):
        await read_website(declared(), tmp_path, site.crawl())


async def test_we_say_who_we_are_and_how_to_reach_us(site: FakeSite, tmp_path: Path) -> None:
    await read_website(declared(depth=0), tmp_path, site.crawl(contact="mailto:docs@acme.example"))

    assert {r.headers["user-agent"] for r in site.requests} == {"causeway (+mailto:docs@acme.example)"}


async def test_a_sitemap_source_reads_what_it_lists_and_follows_no_links(
    site: FakeSite, tmp_path: Path
) -> None:
    site.answers[f"{HOME}s.xml"] = httpx.Response(
        200, text=f"<urlset><url><loc>{HOME}b</loc></url><url><loc>{HOME}c</loc></url></urlset>"
    )
    source = SitemapSource.model_validate(
        {"id": "s", "kind": "sitemap", "url": f"{HOME}s.xml", "delay_seconds": 0}
    )

    reading = await read_website(source, tmp_path, site.crawl())

    assert uris(reading) == ["b", "c"]
    assert f"{HOME}d" not in site.asked
    site.answers[f"{HOME}s.xml"] = httpx.Response(404)
    with pytest.raises(CommandFailed, match="is not there"):
        await read_website(source, tmp_path, site.crawl())


async def test_progress_counts_pages(site: FakeSite, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    await read_website(declared(depth=1), tmp_path, site.crawl(report=lambda *n: seen.append(n)))

    assert seen == [(1, 3), (2, 3), (3, 3)]
