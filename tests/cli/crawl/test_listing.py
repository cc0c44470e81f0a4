"""The pages that sitemaps list, through indexes."""

from __future__ import annotations

import httpx
import pytest

from cli.crawl import listing
from cli.crawl.fetcher import Fetcher
from cli.crawl.listing import Listing, read_listing
from cli.crawl.pace import Pace
from tests.fakes.fake_site import Answer, FakeSite


def index(*urls: str) -> httpx.Response:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return httpx.Response(200, text=f"<sitemapindex>{entries}</sitemapindex>")


def urlset(*urls: str) -> httpx.Response:
    return httpx.Response(
        200, text=f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>"
    )


async def listed(answers: dict[str, Answer], first: str = "https://d.example/s.xml") -> Listing:
    site = FakeSite(answers)
    fetcher = Fetcher(site.client(), Pace(site.clock, site.pause, 0.0), site.clock)
    return await read_listing(fetcher, (first,), "d.example")


async def test_indexes_are_followed_on_the_site_alone_and_each_once() -> None:
    found = await listed(
        {
            "https://d.example/s.xml": index(
                "https://d.example/1.xml", "https://d.example/s.xml", "https://evil.example/2.xml"
            ),
            "https://d.example/1.xml": urlset(
                "https://www.d.example/a", "https://evil.example/b", "https://d.example/c"
            ),
        }
    )

    assert [url for url, _ in found.pages] == ["https://www.d.example/a", "https://d.example/c"]
    assert found.faults == found.refused == ()


async def test_what_cannot_be_read_now_is_told_apart_from_what_is_not_there() -> None:
    found = await listed(
        {
            "https://d.example/s.xml": index("https://d.example/down.xml", "https://d.example/gone.xml"),
            "https://d.example/down.xml": httpx.Response(503),
        }
    )

    assert [fault.uri for fault in found.faults] == ["https://d.example/down.xml"]
    assert [(r.uri, r.reason) for r in found.refused] == [
        ("https://d.example/gone.xml", "is not there (404)")
    ]


async def test_a_redirect_off_the_site_is_refused() -> None:
    away = httpx.Response(302, headers={"Location": "https://evil.example/s.xml"})

    assert (await listed({"https://d.example/s.xml": away})).refused


async def test_endless_indexes_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_SITEMAPS", 3)
    answers: dict[str, Answer] = {
        f"https://d.example/{n}.xml": index(f"https://d.example/{n + 1}.xml") for n in range(10)
    }

    assert "more than 3 sitemaps" in (await listed(answers, "https://d.example/0.xml")).faults[0].reason
