"""The canonical form of passages and documents in a snapshot's chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

import numpy as np
import orjson

from libs.common.errors import Conflict
from libs.embedding.embedder import Vectors
from services.retrieval.index import StoredPassage
from services.retrieval.passage import Passage
from services.retrieval.snapshots.frames import Chunk

_VECTOR_TYPE = "<f4"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document as its store knows it; the next ingest finds it unchanged.

    Attributes:
        document_id: Its id.
        source_id: Where it comes from.
        uri: Its identity within the source.
        url: Address that its source gives.
        content_type: Media type.
        access: JSON array of the access tags that its source gives.
        updated_at: When its source last changed it.
        given: JSON of what else its source says.
        title: Its title, like all that follows as it was read.
        read_access: JSON array of the tags that it was read under.
        tags: JSON array of its tags.
        language: Its language.
        product: Its product.
        version: The product's version.
        own_url: Address that it names itself.
        own_updated_at: When it says that it last changed.
        content_hash: SHA-256 of its content.
        size_bytes: Size of its content.
        last_changed_at: When it last changed where the snapshot was made, seconds since the epoch.
    """

    document_id: str
    source_id: str
    uri: str
    url: str
    content_type: str
    access: str
    updated_at: str
    given: str
    title: str
    read_access: str
    tags: str
    language: str
    product: str
    version: str
    own_url: str
    own_updated_at: str
    content_hash: str
    size_bytes: int
    last_changed_at: int


def passage_chunk(name: str, passages: Sequence[StoredPassage]) -> Chunk:
    """Returns the chunk of passages: a line of JSON for each, then all vectors, float32 little-endian."""
    lines = b"".join(_line(asdict(entry.passage)) for entry in passages)
    vectors = b"".join(np.ascontiguousarray(entry.vector, _VECTOR_TYPE).tobytes() for entry in passages)
    return Chunk("passages", name, len(passages), lines + vectors)


def document_chunk(name: str, documents: Sequence[DocumentRecord]) -> Chunk:
    """Returns the chunk of documents: a line of JSON for each."""
    return Chunk("documents", name, len(documents), b"".join(_line(asdict(each)) for each in documents))


def passages_of(chunk: Chunk) -> list[StoredPassage]:
    """Returns the passages of a chunk.

    Raises:
        Conflict: It holds something else, though its digests are right: another program made it.
    """
    lines, past = _lines(chunk)
    passages = [_made(Passage, fields) for fields in lines]
    for passage in passages:
        if passage.passage_id[: len(chunk.name)] != chunk.name:
            raise _foreign(chunk)
    vectors = _vectors(chunk.content[past:], len(passages), chunk)
    return [StoredPassage.of(*pair) for pair in zip(passages, vectors, strict=True)]


def documents_of(chunk: Chunk) -> list[DocumentRecord]:
    """Returns the documents of a chunk.

    Raises:
        Conflict: It holds something else, though its digests are right: another program made it.
    """
    lines, past = _lines(chunk)
    if past != len(chunk.content):
        raise _foreign(chunk)
    return [_made(DocumentRecord, fields) for fields in lines]


def _lines(chunk: Chunk) -> tuple[list[dict[str, Any]], int]:
    found, start = [], 0
    for _ in range(chunk.count):
        end = chunk.content.find(b"\n", start)
        if end < 0:
            raise _foreign(chunk)
        try:
            found.append(orjson.loads(chunk.content[start:end]))
        except orjson.JSONDecodeError:
            raise _foreign(chunk) from None
        start = end + 1
    return found, start


def _made(cls: type[T], found: Any) -> T:
    names = {field.name: field.type for field in fields(cls)}  # type: ignore[arg-type]
    if not isinstance(found, dict) or found.keys() != names.keys():
        raise Conflict("The snapshot was made by another version of the program; make it anew.")
    values: dict[str, Any] = {}
    for name, kind in names.items():
        value = found[name]
        if kind in ("int", int):
            fits = isinstance(value, int)
        elif kind in ("str", str):
            fits = isinstance(value, str)
        else:
            fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
            value = tuple(value) if fits else value
        if not fits:
            raise Conflict(f"The snapshot holds a {cls.__name__} whose {name} is no {kind}.")
        values[name] = value
    return cls(**values)


def _vectors(content: bytes, count: int, chunk: Chunk) -> Vectors:
    if count == 0 or len(content) % (4 * count):
        raise _foreign(chunk)
    vectors = np.frombuffer(content, _VECTOR_TYPE).reshape(count, -1).astype(np.float32)
    if not vectors.size or not np.isfinite(vectors).all():
        raise _foreign(chunk)
    return vectors


def _foreign(chunk: Chunk) -> Conflict:
    return Conflict(f"Chunk {chunk.name} of the snapshot does not hold {chunk.count} {chunk.kind}.")


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n"
