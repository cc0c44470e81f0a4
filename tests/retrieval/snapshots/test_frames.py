"""No byte of a snapshot may differ unseen."""

from __future__ import annotations

import io

import pytest

from libs.common.errors import Conflict
from services.retrieval.snapshots.frames import Chunk, FrameReader, FrameWriter, Header, Totals

HEADER = Header("acme", "main", 7, "fake-1", "2026-01-31T12:00:00Z")
CHUNKS = [
    Chunk("documents", "000000", 1, b'{"a":"\xc3\xbc"}\n'),
    Chunk("passages", "0a", 2, b"{}\n{}\n" + bytes(range(64))),
    Chunk("passages", "ff", 1, b"{}\n" + b"\0" * 32),
]


def written(header: Header = HEADER) -> bytes:
    writer = FrameWriter(header)
    return writer.begin() + b"".join(writer.chunk(chunk) for chunk in CHUNKS) + writer.end()


def read(content: bytes) -> tuple[Header, list[Chunk], Totals]:
    reader = FrameReader(io.BytesIO(content))
    chunks = list(reader.chunks())
    return reader.header, chunks, reader.totals


def test_what_was_written_is_read() -> None:
    header, chunks, totals = read(written())
    assert header == HEADER
    assert chunks == CHUNKS
    assert (totals.passages, totals.documents, len(totals.root)) == (3, 1, 64)


def test_a_flipped_byte_at_any_position_is_refused() -> None:
    whole = written()
    for place in range(len(whole)):
        for mask in (0x01, 0x20, 0xFF):
            damaged = bytearray(whole)
            damaged[place] ^= mask
            with pytest.raises(Conflict):
                read(bytes(damaged))


def test_a_file_that_is_cut_off_anywhere_is_refused() -> None:
    whole = written()
    for length in range(len(whole)):
        with pytest.raises(Conflict):
            read(whole[:length])


def test_bytes_after_the_end_are_refused() -> None:
    for more in (b"\n", b"x", written()):
        with pytest.raises(Conflict):
            read(written() + more)


def test_a_newer_format_is_refused_with_what_to_do() -> None:
    with pytest.raises(Conflict, match=r"format 2; this program reads 1\. Update it"):
        read(written().replace(b'"format":1', b'"format":2'))


def test_something_else_is_no_snapshot() -> None:
    for other in (b"", b"PK\x03\x04" * 100, b"{}\n" * 100, b"causeway snapshot\n" + b"[]\n", b"\n" * 20000):
        with pytest.raises(Conflict):
            read(other)


def test_the_root_names_the_passages_and_their_embedder_and_nothing_else() -> None:
    root = read(written())[2].root
    later = Header("acme", "next", 9, "fake-1", "2027-01-31T12:00:00Z")
    assert read(written(later))[2].root == root
    assert read(written(Header("acme", "main", 7, "fake-2", "")))[2].root != root
