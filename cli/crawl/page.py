"""What an HTML page says to those who follow its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from cli.crawl.address import normalised

MAX_BYTES = 5 * 1024 * 1024
"""Only so much of a page is looked at."""
MAX_LINKS = 5000
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset=["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_IN_TYPE = re.compile(r"""charset=["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says.

    Attributes:
        links: Addresses that it leads to, in their order.
        canonical: The address under which it wants to be known; "" if it names none.
        noindex: It wants not to be found.
        nofollow: It wants its links not to be followed.
    """

    links: tuple[str, ...] = ()
    canonical: str = ""
    noindex: bool = False
    nofollow: bool = False


def read_page(content: bytes, url: str, content_type: str, robots_tag: str = "") -> Page:
    """Looks at a page.

    Args:
        content: Its bytes.
        url: Its address.
        content_type: As the server names it.
        robots_tag: The `X-Robots-Tag` header.
    """
    parser = _Links(url)
    # Comments and marked sections are taken out first: the parser is slow on unfinished ones.
    plain = _COMMENT.sub(b"", content[:MAX_BYTES]).replace(b"<![", b"")
    text = plain.decode(_encoding(content, content_type), "replace")
    parser.feed(text)
    wishes = {word.strip() for word in f"{robots_tag.rpartition(':')[2]},{parser.robots}".lower().split(",")}
    return Page(
        tuple(dict.fromkeys(parser.links)),
        parser.canonical,
        noindex=bool(wishes & {"noindex", "none"}),
        nofollow=bool(wishes & {"nofollow", "none"}),
    )


class _Links(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = url
        self.links: list[str] = []
        self.canonical = ""
        self.robots = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("a", "area", "link", "meta", "base"):
            return
        facts = {name: value or "" for name, value in attrs}
        relations = facts.get("rel", "").lower().split()
        if tag == "base":
            self._base = normalised(facts.get("href", ""), self._base) or self._base
        elif tag == "meta":
            if facts.get("name", "").lower() in ("robots", "causeway"):
                self.robots += f",{facts.get('content', '')}"
        elif tag == "link":
            if "canonical" in relations and not self.canonical:
                self.canonical = normalised(facts.get("href", ""), self._base)
        elif "nofollow" not in relations and len(self.links) < MAX_LINKS:
            target = normalised(facts.get("href", ""), self._base) if facts.get("href") else ""
            if target:
                self.links.append(target)


def _encoding(content: bytes, content_type: str) -> str:
    named = _IN_TYPE.search(content_type)
    meant = _CHARSET.search(content[:2048])
    name = named.group(1) if named else meant.group(1).decode() if meant else "utf-8"
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        return "utf-8"
    return name
