"""Reads a website: from a first page by its links, or by its sitemap."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from cli.crawl.address import begins_with, folder_of, normalised, origin_of, site_of
from cli.crawl.fetcher import Fetcher, FetchFault
from cli.crawl.listing import Listing, read_listing
from cli.crawl.network import guarded_client
from cli.crawl.pace import Pace, Pause
from cli.crawl.page import Page, read_page
from cli.crawl.page_cache import KeptPage, PageCache
from cli.crawl.page_fetch import Fetched, PageFetch, looks_like_no_document
from cli.crawl.robots import AGENT
from cli.document import Reading, Remark, SourceDocument
from cli.output import CommandFailed
from libs.common.clock import Clock
from libs.common.source import SitemapSource, WebsiteSource

GIVES_UP_AFTER = 10
"""Pages in a row that could not be read: the site is not well, and is left alone."""
MAX_REMARKS = 1000
_HTML = ("text/html", "application/xhtml+xml")

WebSource = WebsiteSource | SitemapSource


@dataclass(frozen=True, slots=True)
class Crawl:
    """How websites are fetched.

    Attributes:
        clock: Tells the time.
        pause: Waits.
        contact: How a site's owner reaches us; may be empty.
        report: Called with the pages read and the pages known so far.
        client: Makes a client for a User-Agent and a leave to fetch private addresses.
    """

    clock: Clock
    pause: Pause = asyncio.sleep
    contact: str = ""
    report: Callable[[int, int], None] = lambda _done, _known: None
    client: Callable[[str, bool], httpx.AsyncClient] = lambda agent, private: guarded_client(
        agent, allow_private=private
    )

    @property
    def user_agent(self) -> str:
        """How we introduce ourselves."""
        return f"{AGENT} (+{self.contact})" if self.contact else AGENT


async def read_website(source: WebSource, kept: Path, crawl: Crawl) -> Reading:
    """Reads a site, one page after the other.

    Args:
        source: The declaration.
        kept: Folder in which pages are kept between two readings.
        crawl: How they are fetched.

    Raises:
        CommandFailed: Its first page, its sitemap or its robots.txt cannot be read, or forbids it.
    """
    cache = PageCache(kept)
    async with crawl.client(crawl.user_agent, source.allow_private) as client:
        fetcher = Fetcher(client, Pace(crawl.clock, crawl.pause, source.delay_seconds), crawl.clock)
        walk = _Walk(source, PageFetch(fetcher, cache), cache, crawl.report, normalised(source.url))
        await walk.begin(fetcher)
        await walk.run()
    reading = walk.reading()
    if reading.whole:
        cache.keep_only(walk.kept)
    return reading


@dataclass(slots=True)
class _Walk:
    source: WebSource
    pages: PageFetch
    cache: PageCache
    report: Callable[[int, int], None]
    first: str
    kept: set[str] = field(default_factory=set)
    _documents: dict[str, SourceDocument] = field(default_factory=dict)
    _left_out: list[Remark] = field(default_factory=list)
    _faults: list[Remark] = field(default_factory=list)
    _waiting: deque[tuple[str, int, str]] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)
    _fetched: int = 0
    _copies: dict[str, tuple[str, KeptPage]] = field(default_factory=dict)
    _unwanted: set[str] = field(default_factory=set)
    _in_a_row: int = 0

    async def begin(self, fetcher: Fetcher) -> None:
        first = self.first
        try:
            robots = await self.pages.robots(first)
        except FetchFault as fault:
            raise CommandFailed(f"{origin_of(first)}: {fault}") from None
        if not robots.allows(first):
            raise CommandFailed(f"The site's robots.txt does not allow {first} to be read.")
        if isinstance(self.source, SitemapSource):
            listing = await read_listing(fetcher, (first,), site_of(first))
            self._faults += (*listing.refused, *listing.faults)
            if not listing.pages and self._faults:
                raise CommandFailed(f"{self._faults[0].uri}: {self._faults[0].reason}")
        else:
            self._add(first, 0)
            listing = Listing()
            if self.source.depth:
                listing = await read_listing(fetcher, robots.sitemaps, site_of(first))
            self._left_out += listing.refused
            self._faults += listing.faults
        for page, changed in listing.pages:
            self._add(page, 0, changed)

    async def run(self) -> None:
        while self._waiting:
            if self._fetched >= self.source.max_pages:
                self._faults.append(
                    Remark(
                        self.source.url, f"there are more than {self.source.max_pages} pages; raise max_pages"
                    )
                )
                return
            if self._in_a_row >= GIVES_UP_AFTER:
                self._faults.append(
                    Remark(
                        self.source.url,
                        f"{GIVES_UP_AFTER} pages in a row could not be read; given up for now",
                    )
                )
                return
            url, depth, changed = self._waiting.popleft()
            if not self._in_scope(url):  # any more
                continue
            self._fetched += 1
            await self._take(url, depth, await self.pages.fetch(url, changed))
            self.report(self._fetched, self._fetched + len(self._waiting))

    def reading(self) -> Reading:
        for url, (canonical, page) in self._copies.items():
            if canonical in self._documents or canonical in self._unwanted:
                self._left_out.append(Remark(url, f"is a copy of {canonical}"))
            else:  # the page that it names is not there, or leads back here
                self._keep(page)
        documents = tuple(self._documents[uri] for uri in sorted(self._documents))
        return Reading(documents, tuple(self._left_out[:MAX_REMARKS]), tuple(self._faults[:MAX_REMARKS]))

    async def _take(self, asked: str, depth: int, fetched: Fetched) -> None:
        self._in_a_row = self._in_a_row + 1 if fetched.verdict == "fault" else 0
        if fetched.verdict == "fault":
            self._faults.append(Remark(fetched.url, fetched.reason))
            kept = self.cache.get(asked)
            if kept is not None:
                self._keep(kept)
            return
        if fetched.page is None:
            self._left_out.append(Remark(asked, fetched.reason))
            return
        if fetched.url != asked:
            if fetched.url == f"{self.first}/" == f"{asked}/":
                self.first = fetched.url  # the address was that of a folder
            if not self._in_scope(fetched.url):
                self._left_out.append(Remark(asked, f"leads out of the source, to {fetched.url}"))
                return
            if fetched.url in self._seen:
                return
            self._seen.add(fetched.url)
        self.kept.add(fetched.url)
        await self._look(fetched.page, depth)

    async def _look(self, kept: KeptPage, depth: int) -> None:
        if not kept.content_type.lower().startswith(_HTML):
            if "noindex" not in kept.robots_tag.lower():
                self._keep(kept)
            return
        content = await asyncio.to_thread(self.cache.body, kept.url)
        page = await asyncio.to_thread(read_page, content, kept.url, kept.content_type, kept.robots_tag)
        self._follow(page, depth)
        if page.noindex:
            self._unwanted.add(kept.url)
            self._left_out.append(Remark(kept.url, "asks not to be indexed (noindex)"))
        elif self._is_copy(page, kept.url):
            self._copies[kept.url] = (page.canonical, kept)
            self._add(page.canonical, depth)
        else:
            self._keep(kept)

    def _is_copy(self, page: Page, url: str) -> bool:
        """Whether a page names another of the source as the one to be known by."""
        return page.canonical not in ("", url) and self._in_scope(page.canonical)

    def _follow(self, page: Page, depth: int) -> None:
        if isinstance(self.source, WebsiteSource) and depth < self.source.depth and not page.nofollow:
            for link in page.links:
                if not looks_like_no_document(link):
                    self._add(link, depth + 1)

    def _keep(self, page: KeptPage) -> None:
        self.kept.add(page.url)
        read = partial(self.cache.body, page.url)
        self._documents[page.url] = SourceDocument(
            page.url, page.content_type, page.size, read, page.updated_at, url=page.url
        )

    def _add(self, url: str, depth: int, changed: str = "") -> None:
        if url not in self._seen and self._in_scope(url):
            self._seen.add(url)
            self._waiting.append((url, depth, changed))

    def _in_scope(self, url: str) -> bool:
        if begins_with(url, self.source.exclude):
            return False
        if self.source.include:
            return url == normalised(self.source.url) or begins_with(url, self.source.include)
        whole_site = isinstance(self.source, SitemapSource)
        return begins_with(url, (f"{origin_of(self.first)}/" if whole_site else folder_of(self.first),))
