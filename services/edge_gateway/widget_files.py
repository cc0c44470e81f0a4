"""The built widget's files."""

from __future__ import annotations

import gzip
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from services.edge_gateway.etag import strong_etag

LOADER = "loader.js"
PAGE = "demo.html"
PLAYGROUND = "playground.html"

_HASHED = re.compile(r"[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{6,64}\.(js|css|map|svg|woff2)")
_TYPES = {".js": "text/javascript; charset=utf-8", ".map": "application/json", ".woff2": "font/woff2"}

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WidgetFile:
    """A file as it is sent.

    Attributes:
        content: Its bytes.
        compressed: The same, gzipped.
        content_type: Its media type.
        etag: Strong entity tag of the content; that of the compressed form has `-gz` in it.
    """

    content: bytes
    compressed: bytes
    content_type: str
    etag: str

    @property
    def compressed_etag(self) -> str:
        """Strong entity tag of the compressed form."""
        return self.etag[:-1] + '-gz"'


class WidgetFiles:
    """Reads the files of one folder and keeps them; one that was built anew is read again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[_Stamp, WidgetFile]] = {}

    def loader(self) -> WidgetFile | None:
        """The script that pages embed; None before the widget was built."""
        return self._file(LOADER)

    def page(self) -> WidgetFile | None:
        """The demo page; None before the widget was built."""
        return self._file(PAGE)

    def playground(self) -> WidgetFile | None:
        """The page that shows the stages of a search; None before the widget was built."""
        return self._file(PLAYGROUND)

    def hashed(self, name: str) -> WidgetFile | None:
        """A file that carries the hash of its content in its name and therefore never changes."""
        return self._file(name) if _HASHED.fullmatch(name) else None

    def _file(self, name: str) -> WidgetFile | None:
        path = self._folder / name
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._read.get(name)
            if known is None or known[0] != stamp:
                known = (stamp, _widget_file(path))
                self._read[name] = known
        except OSError:
            return None
        return known[1]


def _widget_file(path: Path) -> WidgetFile:
    content = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return WidgetFile(content, gzip.compress(content, 9, mtime=0), kind, strong_etag(content))
