"""Tells whether a passage belongs to the page on which a question was asked."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from services.retrieval.passage import Passage

BOOST = 0.05
"""What a passage of the visitor's own page gains, in units of the fused score (0 to 1): enough to win
between near equals, too little to bring up what does not treat the question."""

_INDEX_PAGES = ("index.html", "index.htm", "index.md")


def same_page(page_url: str, passage: Passage) -> bool:
    """Whether the path of a page's address is the path of the passage's address, or its uri.

    Hosts are not compared: the same pages are served under several names (preview, staging).

    Args:
        page_url: The page's address; anything that is not one matches nothing.
        passage: A passage.
    """
    page = _path(page_url)
    if page is None:
        return False
    return page in {_path(address) for address in (passage.url, passage.uri) if address}


def _path(address: str) -> str | None:
    try:
        path = unquote(urlsplit(address).path).strip("/")
    except ValueError:
        return None
    for name in _INDEX_PAGES:
        if path == name or path.endswith(f"/{name}"):
            return path.removesuffix(name).rstrip("/")
    return path
