"""Fetches one page of a site, through its redirects, from the cache where it did not change."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from cli.crawl.address import normalised, origin_of, site_of
from cli.crawl.fetcher import Fetcher, FetchFault, Response, TooLarge, http_date
from cli.crawl.page_cache import KeptPage, PageCache
from cli.crawl.robots import Robots, load_robots
from cli.document import MAX_BYTES
from cli.formats import type_of_page

MAX_REDIRECTS = 5
_NO_DOCUMENT = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/zip",
    "application/gzip",
    "application/x-tar",
    "application/x-msdos-program",
)
_GONE = frozenset({404, 410})

Verdict = Literal["page", "left_out", "fault"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of an address.

    Attributes:
        verdict: Whether it is a page, is none on purpose, or could not be read just now.
        url: Its address after redirects.
        reason: Why it is no page.
        page: The page, which the cache now holds.
    """

    verdict: Verdict
    url: str
    reason: str = ""
    page: KeptPage | None = None


class PageFetch:
    """Fetches the pages of one site.

    Args:
        fetcher: Fetches addresses.
        cache: Keeps pages.
    """

    def __init__(self, fetcher: Fetcher, cache: PageCache) -> None:
        self._fetcher = fetcher
        self._cache = cache
        self._robots: dict[str, Robots] = {}

    async def robots(self, url: str) -> Robots:
        """The rules of an address's origin; raises FetchFault if they cannot be read."""
        origin = origin_of(url)
        if origin not in self._robots:
            self._robots[origin] = await load_robots(self._fetcher, url)
            self._fetcher.pace.slow_down(self._robots[origin].delay)
        return self._robots[origin]

    async def fetch(self, url: str, changed: str = "") -> Fetched:
        """Fetches a page.

        Args:
            url: Its normalised address.
            changed: When it last changed, as a sitemap says; may be empty.
        """
        if looks_like_no_document(url):
            return Fetched("left_out", url, "is no document, by its name")
        address = url
        for _ in range(MAX_REDIRECTS + 1):
            try:
                if not (await self.robots(address)).allows(address):
                    return Fetched("left_out", address, "robots.txt does not allow it")
                kept = self._cache.get(address)
                response = await self._fetcher.get(address, kept.conditions if kept else None)
            except FetchFault as fault:
                return Fetched("fault", address, str(fault))
            except TooLarge:
                return Fetched("left_out", address, f"is larger than {MAX_BYTES // 1024 // 1024} MiB")
            if response.status not in (301, 302, 303, 307, 308):
                return self._judged(address, kept, response, changed)
            target = normalised(response.headers.get("location", ""), address)
            if not target or site_of(target) != site_of(url):
                return Fetched(
                    "left_out", address, f"leads to another site, {site_of(target) or 'or nowhere'}"
                )
            address = target
        return Fetched("left_out", url, f"leads on and on, over more than {MAX_REDIRECTS} redirects")

    def _judged(self, url: str, kept: KeptPage | None, response: Response, changed: str) -> Fetched:
        if response.status == 304 and kept is not None:
            return Fetched("page", url, page=kept)
        if response.status in _GONE:
            return Fetched("left_out", url, f"is not there ({response.status})")
        if response.status != 200:
            # What was a page before may come back; what never was one is none.
            return Fetched("fault" if kept else "left_out", url, f"the site answers {response.status}")
        named = response.headers.get("content-type", "")
        content_type = type_of_page(named, urlsplit(url).path)
        if not content_type:
            return Fetched("left_out", url, f"{named.partition(';')[0] or 'its type'} is not read")
        page = _page(url, kept, response, content_type, changed)
        self._cache.put(page, response.body)
        return Fetched("page", url, page=page)


def looks_like_no_document(url: str) -> bool:
    """Whether an address's suffix says that it is a picture, an archive or the like."""
    guessed, packed = mimetypes.guess_type(urlsplit(url).path)
    return packed is not None or (guessed is not None and guessed.startswith(_NO_DOCUMENT))


def _page(url: str, kept: KeptPage | None, response: Response, content_type: str, changed: str) -> KeptPage:
    digest = hashlib.sha256(response.body).hexdigest()
    modified = response.headers.get("last-modified", "")
    moment = http_date(modified)
    updated_at = moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else changed
    if kept is not None and kept.content_hash == digest:
        updated_at = kept.updated_at  # a server that dates every answer anew has not changed the page
    return KeptPage(
        url=url,
        content_type=content_type,
        robots_tag=response.headers.get("x-robots-tag", ""),
        etag=response.headers.get("etag", ""),
        last_modified=modified,
        updated_at=updated_at,
        content_hash=digest,
        size=len(response.body),
    )
