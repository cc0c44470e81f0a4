"""Keeps the pages of a site between two readings, so that unchanged ones need not be fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was fetched last.

    Attributes:
        url: Its address.
        content_type: Media type, as the server named it.
        robots_tag: Its `X-Robots-Tag`.
        etag: Its version, for `If-None-Match`; may be empty.
        last_modified: For `If-Modified-Since`; may be empty.
        updated_at: When its content last changed, RFC 3339; may be empty.
        content_hash: SHA-256 of its content, hexadecimal.
        size: Its length in bytes.
    """

    url: str
    content_type: str
    robots_tag: str
    etag: str
    last_modified: str
    updated_at: str
    content_hash: str
    size: int

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for it only if it has changed."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


class PageCache:
    """A folder of pages.

    Args:
        folder: Where; it is made with the first page.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str) -> KeptPage | None:
        """Returns a page that is kept whole."""
        facts, body = self._paths(url)
        try:
            page = KeptPage(**json.loads(facts.read_text(encoding="utf-8")))
            whole = body.stat().st_size == page.size and page.url == url
        except (OSError, ValueError, TypeError):
            return None
        return page if whole else None

    def body(self, url: str) -> bytes:
        """Returns a page's content; raises OSError if it is not there."""
        return self._paths(url)[1].read_bytes()

    def put(self, page: KeptPage, content: bytes) -> None:
        """Keeps a page; killed in between, it is not there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        facts, body = self._paths(page.url)
        facts.unlink(missing_ok=True)
        _replace(body, content)
        _replace(facts, json.dumps(asdict(page)).encode())

    def keep_only(self, urls: Iterable[str]) -> None:
        """Forgets every page but these."""
        kept = {path.name for url in urls for path in self._paths(url)}
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in kept:
                    path.unlink(missing_ok=True)

    def _paths(self, url: str) -> tuple[Path, Path]:
        name = hashlib.sha256(url.encode()).hexdigest()[:40]
        return self._folder / f"{name}.json", self._folder / f"{name}.body"


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(path)
