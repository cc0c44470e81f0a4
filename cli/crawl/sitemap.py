"""Reads sitemaps, packed or not, without believing what they say of their size."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from cli.crawl.address import normalised

MAX_BYTES = 50 * 1024 * 1024
"""Largest sitemap, unpacked: the protocol's own limit."""
MAX_ENTRIES = 50_000
"""Most entries of one: the protocol's own limit."""
_GZIP = b"\x1f\x8b"
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$")


class SitemapRefused(Exception):
    """It is no sitemap that is read; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists.

    Attributes:
        pages: Address and time of the last change, RFC 3339 or "", of each page.
        sitemaps: Addresses of further sitemaps.
    """

    pages: tuple[tuple[str, str], ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(content: bytes, url: str) -> Sitemap:
    """Reads a sitemap, an index of sitemaps, or a plain list of addresses.

    Args:
        content: What was fetched; packed with gzip or not.
        url: Where from.

    Raises:
        SitemapRefused: It is too large, a bomb, or none of these.
    """
    text = _unpacked(content)
    if text.lstrip()[:1] != b"<":
        lines = text.decode("utf-8-sig", "replace").split()
        pages = [(page, "") for line in lines[:MAX_ENTRIES] if (page := normalised(line))]
        if not pages:
            raise SitemapRefused("is no sitemap")
        return Sitemap(tuple(pages))
    pages, sitemaps = [], []
    for kind, place, changed in _entries(text):
        address = normalised(place, url) if place else ""
        if address and kind == "url":
            pages.append((address, _moment(changed)))
        elif address:
            sitemaps.append(address)
        if len(pages) + len(sitemaps) > MAX_ENTRIES:
            raise SitemapRefused(f"lists more than {MAX_ENTRIES} addresses")
    return Sitemap(tuple(pages), tuple(sitemaps))


def _entries(text: bytes) -> Iterator[tuple[str, str, str]]:
    root = ""
    try:
        for event, element in iterparse(io.BytesIO(text), events=("start", "end"), forbid_dtd=True):
            name = _name(element)
            if event == "start":
                root = root or name
                if root not in ("urlset", "sitemapindex"):
                    raise SitemapRefused("is no sitemap")
            elif name in ("url", "sitemap"):
                facts = {_name(child): (child.text or "").strip() for child in element}
                yield name, facts.get("loc", ""), facts.get("lastmod", "")
                element.clear()
    except DefusedXmlException:
        raise SitemapRefused("declares entities, as no sitemap does") from None
    except (ParseError, LookupError, ValueError) as error:  # the latter for encodings that nobody knows
        raise SitemapRefused(f"is damaged ({error})") from None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _moment(text: str) -> str:
    if not _DATE.match(text):
        return ""
    return f"{text}T00:00:00Z" if len(text) == 10 else text


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(content, MAX_BYTES + 1)
    except zlib.error:
        raise SitemapRefused("is packed, and damaged") from None
    if len(text) > MAX_BYTES:
        raise SitemapRefused(f"is larger than {MAX_BYTES // 1024 // 1024} MiB when unpacked")
    return text
