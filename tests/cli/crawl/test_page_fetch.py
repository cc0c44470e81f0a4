"""One page of a site: redirects, conditions, verdicts."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from cli.crawl.fetcher import Fetcher
from cli.crawl.pace import Pace
from cli.crawl.page_cache import PageCache
from cli.crawl.page_fetch import PageFetch, looks_like_no_document
from tests.fakes.fake_site import FakeSite, html

URL = "https://d.example/a"


@pytest.fixture
def site() -> FakeSite:
    return FakeSite()


@pytest.fixture
def pages(site: FakeSite, tmp_path: Path) -> PageFetch:
    fetcher = Fetcher(site.client(), Pace(site.clock, site.pause, 0.0), site.clock)
    return PageFetch(fetcher, PageCache(tmp_path))


async def test_an_unchanged_page_comes_from_the_cache_with_its_first_date(
    site: FakeSite, pages: PageFetch
) -> None:
    site.answers[URL] = html("words", ETag='"1"', **{"Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"})
    first = await pages.fetch(URL)
    site.answers[URL] = lambda r: httpx.Response(304 if r.headers["if-none-match"] == '"1"' else 200)

    second = await pages.fetch(URL)

    assert first.page == second.page
    assert first.page is not None
    assert first.page.updated_at == "2026-01-01T00:00:00Z"
    assert site.requests[-1].headers["if-modified-since"] == "Thu, 01 Jan 2026 00:00:00 GMT"


async def test_a_server_that_dates_every_answer_anew_has_not_changed_the_page(
    site: FakeSite, pages: PageFetch
) -> None:
    site.answers[URL] = html("words", **{"Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"})
    await pages.fetch(URL)
    site.answers[URL] = html("words", **{"Last-Modified": "Fri, 02 Jan 2026 00:00:00 GMT"})

    again = (await pages.fetch(URL)).page

    assert again is not None
    assert again.updated_at == "2026-01-01T00:00:00Z"


async def test_a_sitemaps_date_holds_where_the_server_names_none(site: FakeSite, pages: PageFetch) -> None:
    site.answers[URL] = html("words")

    found = (await pages.fetch(URL, "2026-03-04T00:00:00Z")).page

    assert found is not None
    assert found.updated_at == "2026-03-04T00:00:00Z"


async def test_redirects_are_followed_on_the_site_alone(site: FakeSite, pages: PageFetch) -> None:
    site.answers[URL] = httpx.Response(301, headers={"Location": "https://www.d.example/b"})
    site.answers["https://www.d.example/b"] = html("words")
    moved = await pages.fetch(URL)
    site.answers[URL] = httpx.Response(302, headers={"Location": "http://169.254.169.254/latest"})
    away = await pages.fetch(URL)
    site.answers[URL] = httpx.Response(302, headers={"Location": URL})
    loop = await pages.fetch(URL)

    assert (moved.verdict, moved.url) == ("page", "https://www.d.example/b")
    assert (away.verdict, away.reason) == ("left_out", "leads to another site, 169.254.169.254")
    assert "http://169.254.169.254/latest" not in site.asked
    assert loop.verdict == "left_out"


async def test_robots_txt_is_asked_at_each_step(site: FakeSite, pages: PageFetch) -> None:
    site.answers["https://d.example/robots.txt"] = httpx.Response(
        200, text="User-agent: *\nDisallow: /private\n"
    )
    site.answers[URL] = httpx.Response(301, headers={"Location": "/private/b"})

    assert (await pages.fetch(URL)).reason == "robots.txt does not allow it"
    assert "https://d.example/private/b" not in site.asked


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (httpx.Response(404), "left_out", "is not there (404)"),
        (httpx.Response(410), "left_out", "is not there (410)"),
        (httpx.Response(403), "left_out", "the site answers 403"),
        (httpx.Response(503), "fault", "the site answers 503"),
        (httpx.ReadTimeout("slow"), "fault", "the site did not answer in time"),
        (httpx.Response(200, json={}), "left_out", "application/json is not read"),
    ],
)
async def test_what_is_no_page_says_why(
    site: FakeSite, pages: PageFetch, answer: httpx.Response | Exception, verdict: str, reason: str
) -> None:
    site.answers[URL] = answer

    found = await pages.fetch(URL)

    assert (found.verdict, found.reason) == (verdict, reason)


async def test_a_page_that_is_suddenly_refused_is_a_fault_and_not_gone(
    site: FakeSite, pages: PageFetch
) -> None:
    site.answers[URL] = html("words")
    await pages.fetch(URL)
    site.answers[URL] = httpx.Response(403)

    assert (await pages.fetch(URL)).verdict == "fault"


@pytest.mark.parametrize(
    ("url", "none"),
    [("https://d/x.png", True), ("https://d/x.tar.gz", True), ("https://d/a.css?v=1", True), ("https://d/a", False),
     ("https://d/x.html", False), ("https://d/x.pdf", False), ("https://d/v1.2", False)],
)  # fmt: skip
def test_pictures_and_archives_are_told_by_their_names(url: str, none: bool) -> None:
    assert looks_like_no_document(url) is none
