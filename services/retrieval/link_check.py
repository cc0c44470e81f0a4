"""Links inside the corpus that lead nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Literal
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from services.retrieval.content_report import Page

Fault = Literal["broken_link", "broken_anchor"]

_PAGES = re.compile(r"\.(?:md|mdx|markdown|html?|txt|text|rst|pdf|docx|pptx|xlsx|csv)$", re.I)
_INDEX = re.compile(r"(?:^|/)(?:index|readme|_index)$", re.I)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_TEMPLATE = re.compile(r"[{}<>$\s]|%[{(]")
_GENERATED = re.compile(r"^(?:top$|fn|page=|:~:|/|!|L\d+)", re.I)
_NOT_TOLD_APART = re.compile(r"[\W_]+")
_ANCHORED = ("text/markdown", "text/html")


class LinkCheck:
    """Follows the links of documents to the documents that they mean.

    Only what can be known is found: a relative link between files must lead to a file of the same source; an
    address need not be one of ours, but if it is, its fragment must be there.

    Args:
        pages: All documents that there are, also those that cannot be read.
    """

    def __init__(self, pages: Iterable[Page]) -> None:
        self._files: dict[tuple[str, str], Page] = {}
        self._addresses: dict[str, Page] = {}
        for page in pages:
            if not _is_address(page.uri):
                self._files.setdefault((page.source_id, _file_key(page.uri)), page)
            for address in (page.uri, page.url):
                if _is_address(address):
                    self._addresses.setdefault(_address_key(urlsplit(address)), page)
        self._anchors: dict[str, frozenset[str]] = {}

    def faults(self, page: Page) -> Iterator[tuple[Fault, str, Page | None]]:
        """Returns what is wrong with a document's links: the kind, the link, the document that it means."""
        for link in dict.fromkeys(page.links):
            parts = _split(link)
            if parts is None:
                continue
            target = self._target(page, parts)
            if target is None:
                if self._must_exist(page, parts):
                    yield "broken_link", link, None
            elif parts.fragment and not self._leads_into(target, parts.fragment):
                yield "broken_anchor", link, target

    def _target(self, page: Page, parts: SplitResult) -> Page | None:
        if not (parts.scheme or parts.netloc or parts.path):
            return page
        if parts.scheme or parts.netloc or _is_address(page.uri):
            return self._by_address(page, parts)
        for path in _paths(page.uri, unquote(parts.path)):
            found = self._files.get((page.source_id, _file_key(path)))
            if found is not None:
                return found
        return self._by_address(page, parts) if page.url else None

    def _by_address(self, page: Page, parts: SplitResult) -> Page | None:
        base = page.uri if _is_address(page.uri) else page.url
        try:
            return self._addresses.get(_address_key(urlsplit(urljoin(base, parts.geturl()))))
        except ValueError:
            return None

    def _must_exist(self, page: Page, parts: SplitResult) -> bool:
        if parts.scheme or parts.netloc or _is_address(page.uri) or parts.path.startswith("/"):
            return False
        if next(_paths(page.uri, unquote(parts.path))).startswith(".."):
            return False
        return _PAGES.search(parts.path) is not None or not _SUFFIX.search(parts.path)

    def _leads_into(self, page: Page, fragment: str) -> bool:
        if not page.content_type.startswith(_ANCHORED) or not page.words or _GENERATED.match(fragment):
            return True
        known = self._anchors.get(page.document_id)
        if known is None:
            known = self._anchors[page.document_id] = frozenset(map(_anchor_key, page.anchors))
        return _anchor_key(unquote(fragment)) in known


def _split(link: str) -> SplitResult | None:
    """Returns the parts of a link that may lead to a document; None for a mail address or a template."""
    if _TEMPLATE.search(link):
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return parts if parts.scheme in ("", "http", "https") else None


def _paths(uri: str, path: str) -> Iterator[str]:
    """Returns the files that a relative link may mean: where pages become folders, it is relative to that."""
    if path.startswith("/"):
        yield posixpath.normpath(path).lstrip("/")
        return
    folder = posixpath.dirname(uri)
    yield posixpath.normpath(posixpath.join(folder, path))
    yield posixpath.normpath(posixpath.join(_PAGES.sub("", uri), path))


def _file_key(path: str) -> str:
    key = _INDEX.sub("", _PAGES.sub("", path.strip("/")))
    return "" if key == "." else key


def _address_key(parts: SplitResult) -> str:
    return f"{parts.netloc.casefold()}/{_file_key(unquote(parts.path))}?{parts.query}"


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _anchor_key(anchor: str) -> str:
    """Returns what site generators agree on: they differ in case and in what stands between words."""
    return _NOT_TOLD_APART.sub("", anchor.casefold())
