"""A website in memory, with a count of what was fetched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.crawl.website import Crawl
from tests.fakes.fake_clock import FakeClock

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def html(body: str, **headers: str) -> httpx.Response:
    return httpx.Response(200, html=body, headers=headers)


def page(*links: str, head: str = "", words: str = "words", **headers: str) -> httpx.Response:
    anchors = "".join(f'<a href="{link}">x</a>' for link in links)
    return html(f"<html><head>{head}</head><body>{words}{anchors}</body></html>", **headers)


@dataclass
class FakeSite:
    """Answers by address; what is not there is a 404, but robots.txt allows everything."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append(url)
        self.requests.append(request)
        answer = self.answers.get(url, httpx.Response(404))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(seconds)

    def client(self, user_agent: str = "causeway", _private: bool = False) -> httpx.AsyncClient:
        headers = {"User-Agent": user_agent}
        return httpx.AsyncClient(transport=httpx.MockTransport(self), headers=headers, follow_redirects=False)

    def crawl(self, **fields: Any) -> Crawl:
        pause: Callable[[float], Awaitable[None]] = self.pause
        return Crawl(self.clock, pause, client=self.client, **fields)
