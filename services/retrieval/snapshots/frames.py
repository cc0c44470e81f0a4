"""The file of a snapshot: frames of one JSON line and some bytes, every byte of them under a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Literal

import orjson

from libs.common.errors import Conflict

FORMAT = 1
"""Raised when older programs could not read what newer ones write."""

_MAGIC = b"causeway snapshot\n"
_MAX_LINE = 8192
_MAX_CONTENT = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Header:
    """What a snapshot is one of.

    Attributes:
        tenant: Whose passages.
        index_version: The index version that they come from.
        content_revision: Its content revision.
        embedder: Identity of the embedder of their vectors.
        created_at: When it was made, RFC 3339 in UTC.
        masking: What was done to the texts on their way in; `none` so far (docs/decisions).
    """

    tenant: str
    index_version: str
    content_revision: int
    embedder: str
    created_at: str
    masking: str = "none"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some documents or passages, in the order of their ids.

    Attributes:
        kind: What it holds.
        name: The first two digits of its passages' ids; for documents a running number.
        count: How many it holds.
        content: They, in their canonical form.
    """

    kind: Literal["documents", "passages"]
    name: str
    count: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Totals:
    """What a whole snapshot holds.

    Attributes:
        passages: Number of passages.
        documents: Number of documents.
        root: Names the passages and their vectors, 64 hexadecimal digits: equal ones are the same.
    """

    passages: int
    documents: int
    root: str


class FrameWriter:
    """Makes the bytes of a snapshot; the parts of each method's result belong one after the other."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._whole = hashlib.sha256()
        self._root = _root_of(header)
        self._counts = {"passages": 0, "documents": 0}

    def begin(self) -> bytes:
        """Returns how a snapshot begins."""
        return self._seen(_MAGIC + _line({"format": FORMAT} | asdict(self._header)))

    def chunk(self, chunk: Chunk) -> bytes:
        """Returns the frame of a chunk."""
        digest = hashlib.sha256(chunk.content).hexdigest()
        described = {
            "kind": chunk.kind,
            "name": chunk.name,
            "count": chunk.count,
            "bytes": len(chunk.content),
            "sha256": digest,
        }
        self._counts[chunk.kind] += chunk.count
        if chunk.kind == "passages":
            self._root.update(_line([chunk.name, chunk.count, digest]))
        return self._seen(_line(described) + chunk.content)

    def end(self) -> bytes:
        """Returns how it ends: its totals, and the digest of everything before."""
        totals = self._counts | {"root": self._root.hexdigest()}
        return _line({"kind": "end"} | totals | {"sha256": self._whole.hexdigest()})

    def _seen(self, content: bytes) -> bytes:
        self._whole.update(content)
        return content


class FrameReader:
    """Reads a snapshot from a file, from its beginning, and trusts no byte of it.

    Args:
        file: Where it lies.

    Raises:
        Conflict: It is no snapshot, or one of a newer program, or damaged.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._whole = hashlib.sha256()
        if self._read(len(_MAGIC)) != _MAGIC:
            raise Conflict("This is no snapshot of Causeway.")
        self.header = self._header()
        self._root = _root_of(self.header)
        self._counts = {"passages": 0, "documents": 0}

    def chunks(self) -> Iterator[Chunk]:
        """Yields every chunk, checked; at the end the snapshot as a whole is checked too.

        Raises:
            Conflict: A byte is missing, differs, or is one too many.
        """
        while True:
            before = self._whole.hexdigest()
            fields = self._fields()
            if fields.get("kind") == "end":
                self._check_end(fields, before)
                return
            yield self._chunk(fields)

    @property
    def totals(self) -> Totals:
        """What was read so far; of the whole snapshot once `chunks` has ended."""
        return Totals(self._counts["passages"], self._counts["documents"], self._root.hexdigest())

    def _header(self) -> Header:
        fields = self._fields()
        written = fields.pop("format", None)
        if isinstance(written, int) and written > FORMAT:
            raise Conflict(f"The snapshot has format {written}; this program reads {FORMAT}. Update it.")
        try:
            header = Header(**fields)
        except TypeError:
            raise _damaged() from None
        known = {name: type(value) for name, value in asdict(Header("", "", 0, "", "")).items()}
        if written != FORMAT or any(type(fields.get(name)) is not kind for name, kind in known.items()):
            raise _damaged()
        return header

    def _chunk(self, fields: Mapping[str, Any]) -> Chunk:
        kind, name, count, size = (fields.get(key) for key in ("kind", "name", "count", "bytes"))
        if kind not in ("documents", "passages") or not isinstance(name, str):
            raise _damaged()
        if not isinstance(count, int) or not isinstance(size, int) or not 0 <= size <= _MAX_CONTENT:
            raise _damaged()
        content = self._read(size)
        digest = hashlib.sha256(content).hexdigest()
        if digest != fields.get("sha256"):
            raise Conflict(f"Chunk {name} of the snapshot is damaged; copy the file again.")
        self._counts[kind] += count
        if kind == "passages":
            self._root.update(_line([name, count, digest]))
        return Chunk(kind, name, count, content)

    def _check_end(self, fields: Mapping[str, Any], digest: str) -> None:
        totals = self._counts | {"root": self._root.hexdigest()}
        if fields != {"kind": "end"} | totals | {"sha256": digest} or self._file.read(1):
            raise _damaged()

    def _fields(self) -> dict[str, Any]:
        line = self._file.readline(_MAX_LINE)
        self._whole.update(line)
        try:
            fields = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise _damaged() from None
        # Written in one way only, so that no byte of it may change unseen.
        if not isinstance(fields, dict) or _line(fields) != line:
            raise _damaged()
        return fields

    def _read(self, size: int) -> bytes:
        content = self._file.read(size)
        self._whole.update(content)
        if len(content) != size:
            raise Conflict("The snapshot is cut off; copy the file again.")
        return content


def _root_of(header: Header) -> hashlib._Hash:
    return hashlib.sha256(_line([header.tenant, header.embedder, header.masking]))


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n"


def _damaged() -> Conflict:
    return Conflict("The snapshot is damaged or cut off; copy the file again.")
