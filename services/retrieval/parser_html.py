"""Parses HTML pages: their main part, without navigation and other furniture."""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.retrieval.document_metadata import Metadata
from services.retrieval.html_reader import HtmlReader
from services.retrieval.links import html_anchors, html_links, kept
from services.retrieval.own_metadata import metadata_of
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument, Unreadable, single_line

MAX_DEPTH = 2000
"""Open elements above which a page is refused: building the tree takes time by the square of it."""
MAX_ATTRIBUTES = 2000
"""Attributes of an element above which a page is refused, for the same reason."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_GAP = re.compile(r"[\s/]+")
_CLOSED_BY_THEMSELVES = frozenset(
    {"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option"}
    | {"p", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr"}
)
_META_NAMES = {
    "causeway:access": "access",
    "causeway:tags": "tags",
    "causeway:product": "product",
    "causeway:version": "version",
    "docsearch:version": "version",
    "article:modified_time": "updated_at",
    "last-modified": "last_updated",
}
_MOST_META = 200
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})""", re.I)
_FORMS = "form:not(:has(h1, h2, h3, p, main, article))"


def parse_html(source: str) -> ParsedDocument:
    """Returns the main part of a page; its title is the page's own.

    Raises:
        Unreadable: It is nested so deeply that no browser would show it.
    """
    _check_shape(source)
    writer = DocumentWriter()
    tree = LexborHTMLParser(source.encode("utf-8", "replace").decode())
    body = tree.body
    if body is None:
        return writer.finish()
    for form in body.css(_FORMS):
        form.decompose()
    root = _main_part(body)
    links, anchors = kept(html_links(root)), kept(html_anchors(body))
    HtmlReader(writer, furniture=root is body).read(root)
    parsed = writer.finish(_title(tree, root))
    return replace(parsed, metadata=_metadata(tree), links=links, anchors=anchors)


def write_fragment(source: str, writer: DocumentWriter) -> None:
    """Writes a piece of HTML that stands inside another format.

    Raises:
        Unreadable: As `parse_html`.
    """
    _check_shape(source)
    body = LexborHTMLParser(source.encode("utf-8", "replace").decode()).body
    if body is not None:
        HtmlReader(writer).read(body)


def declared_charset(content: bytes) -> str:
    """Returns the charset that a page's `meta` element names, or ""."""
    match = _META_CHARSET.search(content[:2048])
    return match[1].decode() if match else ""


def _main_part(body: LexborNode) -> LexborNode:
    for selector in ("main, [role=main]", "article"):
        found = {node.mem_id: node for node in body.css(selector)}  # one may match twice
        only = next(iter(found.values())) if len(found) == 1 else None
        if only is not None and only.text(strip=True):
            return only
    return body


def _title(tree: LexborHTMLParser, root: LexborNode) -> str:
    """Returns the page's title, without the site's name where the first heading shows what that is."""
    head = tree.head
    element = head.css_first("title") if head is not None else None
    title = single_line(element.text()) if element is not None else ""
    top = root.css_first("h1")
    heading = single_line(top.text()).rstrip("¶#").rstrip() if top is not None else ""
    return heading if heading and (not title or title.startswith(heading)) else title


def _metadata(tree: LexborHTMLParser) -> Metadata:
    """Returns what the head says: `meta` elements by name, the canonical address, the language."""
    said: dict[str, object] = {}
    for element in tree.css("head meta[content]")[:_MOST_META]:
        attributes = element.attributes
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        said.setdefault(_META_NAMES.get(name, name), attributes.get("content") or "")
    said.pop("title", None)
    root = tree.root
    said["lang"] = (root.attributes.get("lang") or "") if root is not None else ""
    canonical = tree.css_first("head link[rel=canonical][href]")
    said["url"] = (canonical.attributes.get("href") or "") if canonical is not None else ""
    return metadata_of(said)


def _check_shape(source: str) -> None:
    depth = 0
    for match in _TAG.finditer(source):
        closing, name, rest = match.groups()
        if len(rest) > MAX_ATTRIBUTES and len(_GAP.findall(_QUOTED.sub("", rest))) > MAX_ATTRIBUTES:
            raise Unreadable("too_complex", "An element has too many attributes; repair the page.")
        if name.lower() in _CLOSED_BY_THEMSELVES:
            continue
        depth += -1 if closing else 1
        if depth > MAX_DEPTH:
            raise Unreadable("too_complex", "The page's elements are nested too deeply; repair the page.")
        depth = max(depth, 0)
