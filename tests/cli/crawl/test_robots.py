"""What a site allows."""

from __future__ import annotations

import httpx
import pytest

from cli.crawl.fetcher import Fetcher, FetchFault
from cli.crawl.pace import Pace
from cli.crawl.robots import LONGEST_DELAY, Robots, load_robots
from tests.fakes.fake_site import Answer, FakeSite

ADDRESS = "https://d.example/robots.txt"


async def loaded(answer: Answer, **others: Answer) -> Robots:
    site = FakeSite({ADDRESS: answer, **others})
    fetcher = Fetcher(site.client(), Pace(site.clock, site.pause, 0.0), site.clock)
    return await load_robots(fetcher, "https://d.example/guide/x")


def test_rules_of_our_own_win_over_those_for_all() -> None:
    robots = Robots(
        "User-agent: *\nDisallow: /\n\nUser-agent: causeway\nDisallow: /private/\nCrawl-delay: 3\n"
        "Sitemap: https://d.example/s.xml\nSitemap: nonsense\n"
    )

    assert robots.allows("https://d.example/guide")
    assert not robots.allows("https://d.example/private/x")
    assert robots.delay == 3.0
    assert robots.sitemaps == ("https://d.example/s.xml",)


def test_a_delay_that_would_take_for_ever_is_cut() -> None:
    assert Robots("User-agent: *\nCrawl-delay: 86400\n").delay == LONGEST_DELAY


async def test_a_file_that_is_not_there_allows_everything() -> None:
    for status in (404, 403, 410):
        assert (await loaded(httpx.Response(status))).allows("https://d.example/x")


async def test_a_site_that_cannot_say_is_not_read() -> None:
    with pytest.raises(FetchFault):
        await loaded(httpx.Response(500))
    with pytest.raises(FetchFault):
        await loaded(httpx.ReadTimeout("slow"))
    with pytest.raises(FetchFault, match="larger than"):
        await loaded(httpx.Response(200, content=b"#" * 600_000))


async def test_a_redirect_is_followed_and_a_loop_of_them_ends() -> None:
    moved = httpx.Response(301, headers={"Location": "https://www.d.example/robots.txt"})
    rules = httpx.Response(200, text="User-agent: *\nDisallow: /private/\n")
    robots = await loaded(moved, **{"https://www.d.example/robots.txt": rules})

    assert not robots.allows("https://d.example/private/x")
    assert (await loaded(httpx.Response(301, headers={"Location": ADDRESS}))).allows("https://d.example/x")
