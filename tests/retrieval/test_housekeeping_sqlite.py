"""What is swept, and what is not."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from services.retrieval.blobs import BlobFolder, BlobLost
from services.retrieval.housekeeping_sqlite import (
    BLOB_SECONDS,
    FIRST_SECONDS,
    SWEEP_SECONDS,
    VECTOR_SECONDS,
    Housekeeping,
)
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Connect


@pytest.fixture
def rows(connect: Connect) -> sqlite3.Connection:
    return connect()


@pytest.fixture
def housekeeping(connect: Connect, blobs: BlobFolder, clock: FakeClock) -> Housekeeping:
    return Housekeeping(connect(), blobs, "e1", clock)


def sweep(housekeeping: Housekeeping, clock: FakeClock, after: float = SWEEP_SECONDS) -> None:
    clock.advance(after + 1)
    housekeeping.sweep()


def add_document(rows: sqlite3.Connection, content_hash: str, *text_hashes: bytes) -> None:
    rows.execute(
        "INSERT INTO documents (document_id, tenant, uri, url, content_type, source_id, access, updated_at,"
        " content_hash, size_bytes, state, revision, last_seen_at, last_changed_at)"
        " VALUES ('d', 't', 'u', '', '', '', '[]', '', ?, 0, 'indexed', 1, 0, 0)",
        (content_hash,),
    )
    for ordinal, text_hash in enumerate(text_hashes):
        rows.execute(
            "INSERT INTO passages (document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past,"
            " text_hash) VALUES ('d', 1, ?, 'p', '[]', '', 'text', 0, 4, ?)",
            (ordinal, text_hash),
        )


def vectors(rows: sqlite3.Connection) -> set[tuple[str, bytes]]:
    return {(row["embedder"], row["text_hash"]) for row in rows.execute("SELECT * FROM vectors")}


def test_a_vector_is_forgotten_a_month_after_its_last_use(
    rows: sqlite3.Connection, housekeeping: Housekeeping, clock: FakeClock
) -> None:
    add_document(rows, "hash", b"used")
    rows.executemany(
        "INSERT INTO vectors (embedder, text_hash, vector) VALUES (?, ?, x'00')",
        [("e1", b"used"), ("e1", b"unused"), ("e0", b"used")],
    )
    sweep(housekeeping, clock)
    assert len(vectors(rows)) == 3
    sweep(housekeeping, clock, VECTOR_SECONDS)
    assert vectors(rows) == {("e1", b"used")}


def test_a_vector_that_is_used_again_starts_anew(
    rows: sqlite3.Connection, housekeeping: Housekeeping, clock: FakeClock
) -> None:
    rows.execute("INSERT INTO vectors (embedder, text_hash, vector) VALUES ('e1', x'01', x'00')")
    sweep(housekeeping, clock)
    clock.advance(VECTOR_SECONDS - 2 * SWEEP_SECONDS)
    add_document(rows, "hash", b"\x01")
    sweep(housekeeping, clock)
    rows.execute("DELETE FROM documents")
    sweep(housekeeping, clock, VECTOR_SECONDS / 2)
    sweep(housekeeping, clock, VECTOR_SECONDS / 2)
    assert len(vectors(rows)) == 1
    sweep(housekeeping, clock, VECTOR_SECONDS)
    assert vectors(rows) == set()


def test_contents_that_no_document_has_leave_after_an_hour(
    rows: sqlite3.Connection, housekeeping: Housekeeping, clock: FakeClock, blobs: BlobFolder, tmp_path: Path
) -> None:
    digests = {}
    for name, age in (("used", 2), ("unused", 2), ("coming", 0)):
        spool = blobs.spool()
        spool.add(name.encode())
        blobs.keep([spool])
        spool.discard()
        digests[name] = spool.content_hash
        kept_at = clock.now() + SWEEP_SECONDS - age * BLOB_SECONDS
        os.utime(tmp_path / "blobs" / spool.content_hash[:2] / spool.content_hash, (kept_at, kept_at))
    add_document(rows, digests["used"])
    sweep(housekeeping, clock)
    assert blobs.read(digests["used"]) == b"used"
    assert blobs.read(digests["coming"]) == b"coming"
    with pytest.raises(BlobLost):
        blobs.read(digests["unused"])


def test_it_sweeps_first_after_a_minute_and_then_once_an_hour(
    rows: sqlite3.Connection, housekeeping: Housekeeping, clock: FakeClock
) -> None:
    def swept() -> bool:
        """Whether a fresh vector is noticed."""
        rows.execute("UPDATE vectors SET unused_since = NULL")
        housekeeping.sweep()
        return rows.execute("SELECT unused_since FROM vectors").fetchone()[0] is not None

    rows.execute("INSERT INTO vectors (embedder, text_hash, vector) VALUES ('e1', x'01', x'00')")
    assert not swept()
    clock.advance(FIRST_SECONDS)
    assert swept()
    assert not swept()
    clock.advance(SWEEP_SECONDS)
    assert swept()
