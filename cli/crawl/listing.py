"""Gathers the pages that sitemaps list, and the sitemaps that they lead to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from cli.crawl.address import normalised, site_of
from cli.crawl.fetcher import Fetcher, FetchFault, TooLarge
from cli.crawl.sitemap import MAX_BYTES, Sitemap, SitemapRefused, read_sitemap
from cli.document import Remark

MAX_SITEMAPS = 500
MAX_PAGES = 200_000
_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """What sitemaps list.

    Attributes:
        pages: Address and time of the last change, or "", of each page of the site.
        faults: Sitemaps that could not be read just now.
        refused: Sitemaps that are not there, or none.
    """

    pages: tuple[tuple[str, str], ...] = ()
    faults: tuple[Remark, ...] = ()
    refused: tuple[Remark, ...] = ()


async def read_listing(fetcher: Fetcher, first: Iterable[str], site: str) -> Listing:
    """Reads sitemaps and those that they name, as far as they lie on the site.

    Args:
        fetcher: Fetches them.
        first: Addresses of the first ones.
        site: The site, see `site_of`; pages and sitemaps elsewhere are passed over.
    """
    waiting = deque(url for url in dict.fromkeys(first) if site_of(url) == site)
    seen = set(waiting)
    pages: dict[str, str] = {}
    faults: list[Remark] = []
    refused: list[Remark] = []
    read = 0
    while waiting:
        url = waiting.popleft()
        read += 1
        if read > MAX_SITEMAPS or len(pages) > MAX_PAGES:
            faults.append(Remark(url, f"there are more than {MAX_SITEMAPS} sitemaps or {MAX_PAGES} pages"))
            break
        try:
            sitemap = await _read(fetcher, url, site)
        except FetchFault as fault:
            faults.append(Remark(url, str(fault)))
            continue
        except SitemapRefused as refusal:
            refused.append(Remark(url, str(refusal)))
            continue
        pages.update((page, changed) for page, changed in sitemap.pages if site_of(page) == site)
        for further in sitemap.sitemaps:
            if further not in seen and site_of(further) == site:
                seen.add(further)
                waiting.append(further)
    return Listing(tuple(pages.items()), tuple(faults), tuple(refused))


async def _read(fetcher: Fetcher, url: str, site: str) -> Sitemap:
    address = url
    for _ in range(_REDIRECTS + 1):
        try:
            response = await fetcher.get(address, limit=MAX_BYTES)
        except TooLarge:
            raise SitemapRefused(f"is larger than {MAX_BYTES // 1024 // 1024} MiB") from None
        if response.status == 200:
            return await asyncio.to_thread(read_sitemap, response.body, address)
        target = normalised(response.headers.get("location", ""), address)
        if not 300 <= response.status < 400 or site_of(target) != site:
            raise SitemapRefused(f"is not there ({response.status})")
        address = target
    raise SitemapRefused("leads on and on")
