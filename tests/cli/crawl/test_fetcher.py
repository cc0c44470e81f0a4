"""Fetching one address."""

from __future__ import annotations

import gzip

import httpx
import pytest

from cli.crawl.fetcher import Fetcher, FetchFault, TooLarge, retry_after
from cli.crawl.pace import Pace
from tests.fakes.fake_site import Answer, FakeSite

URL = "https://d.example/x"


def fetcher(*answers: Answer) -> tuple[Fetcher, FakeSite]:
    """A fetcher of a site that gives these answers, one after the other."""
    site = FakeSite()
    left = list(answers)

    def next_one(request: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, httpx.Response):
            return answer(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    site.answers[URL] = next_one
    return Fetcher(site.client(), Pace(site.clock, site.pause, 0.0), site.clock), site


async def test_a_page_comes_with_its_headers() -> None:
    one, _ = fetcher(httpx.Response(200, text="words", headers={"ETag": '"1"'}))

    response = await one.get(URL, {"If-None-Match": '"0"'})

    assert (response.status, response.body, response.headers["etag"]) == (200, b"words", '"1"')


async def test_a_busy_site_is_asked_again_after_the_pause_that_it_names() -> None:
    one, site = fetcher(
        httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503), httpx.Response(200)
    )

    assert (await one.get(URL)).status == 200
    assert site.pauses == [7.0, 4.0]


async def test_a_site_that_stays_busy_or_wants_too_long_a_rest_is_left() -> None:
    stays, site = fetcher(httpx.Response(503))
    with pytest.raises(FetchFault, match="answers 503"):
        await stays.get(URL)
    assert len(site.asked) == 3

    wants, site = fetcher(httpx.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(FetchFault, match="asks to wait 3600 s"):
        await wants.get(URL)
    assert len(site.asked) == 1


async def test_a_lost_connection_is_tried_again_and_a_timeout_is_not() -> None:
    lost, site = fetcher(httpx.ConnectError("lost"), httpx.Response(200))
    assert (await lost.get(URL)).status == 200

    slow, site = fetcher(httpx.ReadTimeout("slow"))
    with pytest.raises(FetchFault, match="in time"):
        await slow.get(URL)
    assert len(site.asked) == 1


async def test_more_than_the_limit_is_not_read_announced_or_not() -> None:
    announced, _ = fetcher(httpx.Response(200, content=b"x" * 100))
    bomb, packing = gzip.compress(b"x" * 100_000), {"Content-Encoding": "gzip"}
    packed, _ = fetcher(lambda _: httpx.Response(200, content=bomb, headers=packing))
    for one in (announced, packed):
        with pytest.raises(TooLarge):
            await one.get(URL, limit=99)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5", 5.0), ("", None), ("soon", None), ("-1", None), ("Thu, 01 Jan 1970 00:00:30 GMT", 20.0),
     ("Thu, 01 Jan 1970 00:00:05 GMT", 0.0), ("٣", None), ("9" * 400, None)],
)  # fmt: skip
def test_a_pause_is_seconds_or_a_moment(value: str, seconds: float | None) -> None:
    assert retry_after(value, now=10.0) == seconds
