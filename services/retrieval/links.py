"""Where a document links to, and the fragments that lead into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the worker knows links, but does not load the parsers
    from markdown_it.token import Token
    from selectolax.lexbor import LexborNode

MOST = 2000
"""Links, and anchors, of a document that are kept."""
LONGEST = 500

_HREF = re.compile(r"""<a\s[^<>]{0,500}?href\s*=\s*["']([^"'<>]{1,500})["']""", re.I)
_ID = re.compile(r"""<[a-z][^<>]{0,500}?\s(?:id|name)\s*=\s*["']?([^"'\s<>]{1,200})""", re.I)
_BRACED = re.compile(r"\{:?[^{}\n]{0,200}?#([A-Za-z0-9_][^\s{}]{0,200})[^{}\n]{0,200}\}")


def kept(found: Iterable[str]) -> tuple[str, ...]:
    """Returns links or anchors, each once, in their order, as many and as long as are kept."""
    words = (word.strip() for word in found)
    distinct = dict.fromkeys(word for word in words if 0 < len(word) <= LONGEST and word.isprintable())
    return tuple(distinct)[:MOST]


def html_links(root: LexborNode) -> Iterator[str]:
    """Returns where the links of a part of a page lead."""
    for node in root.css("a[href]"):
        yield node.attributes.get("href") or ""


def html_anchors(root: LexborNode) -> Iterator[str]:
    """Returns the fragments that lead into a part of a page."""
    for node in root.css("[id]"):
        yield node.attributes.get("id") or ""
    for node in root.css("a[name]"):
        yield node.attributes.get("name") or ""


def markdown_links(tokens: Sequence[Token]) -> Iterator[str]:
    """Returns where the links of a Markdown source lead, those of HTML inside it too."""
    for token in _flat(tokens):
        if token.type == "link_open":
            yield str(token.attrs.get("href", ""))
        elif token.type in ("html_block", "html_inline"):
            for href in _HREF.findall(token.content):
                yield unescape(href)


def markdown_anchors(tokens: Sequence[Token]) -> Iterator[str]:
    """Returns the fragments that a Markdown source names itself, besides those of its headings."""
    for token in _flat(tokens):
        if token.type in ("html_block", "html_inline"):
            yield from _ID.findall(token.content)
        elif token.type == "text" and "{" in token.content:
            yield from _BRACED.findall(token.content)


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()
