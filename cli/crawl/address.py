"""Addresses of pages: their normal form, their site and what lies below them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, urldefrag, urljoin, urlsplit, urlunsplit

MAX_BYTES = 2000
"""Longest address that is followed."""

_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(r"(utm_[a-z]+|gclid|fbclid|msclkid|mc_cid|mc_eid)(=|$)", re.IGNORECASE)
_SAFE = "!$&'()*+,;=:@/~%-._"


def normalised(url: str, base: str = "") -> str:
    """Returns an address in its normal form, so that equal pages have equal addresses; "" if it is none.

    Scheme and host in lower case, no default port, no fragment, no dots in the path, no parameters that only
    follow visitors about.
    """
    try:
        parts = urlsplit(urldefrag(urljoin(base, url.strip()) if base else url.strip()).url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode().rstrip(".")
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in _PORTS or not host or parts.username is not None:
        return ""
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, _PORTS[parts.scheme]) else f"{shown}:{port}"
    path = quote(_without_dots(parts.path), safe=_SAFE) or "/"
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.match(p))
    whole = urlunsplit(SplitResult(parts.scheme, netloc, path, quote(query, safe=_SAFE + "?"), ""))
    return whole if len(whole) <= MAX_BYTES else ""


def site_of(url: str) -> str:
    """The site of an address: its host without `www.`, with a port that is not the usual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def folder_of(url: str) -> str:
    """The address up to the last slash of its path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}/"


def begins_with(url: str, beginnings: Iterable[str]) -> bool:
    """Whether an address has one of these beginnings, over http or https, with `www.` or without."""
    return any(_bare(url).startswith(_bare(normalised(one)) or "\0") for one in beginnings)


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for name in path.split("/"):
        if name == "..":
            if len(kept) > 1:
                kept.pop()
        elif name != ".":
            kept.append(name)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/".join(kept)
