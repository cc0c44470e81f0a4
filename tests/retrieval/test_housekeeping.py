"""What is swept, and what is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.retrieval.blobs import BlobLost, Blobs
from services.retrieval.housekeeping import (
    BLOB_SECONDS,
    FIRST_SECONDS,
    SWEEP_SECONDS,
    VECTOR_SECONDS,
    Housekeeping,
)
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Connect, Look


@pytest.fixture
def housekeeping(connect: Connect, blobs: Blobs, clock: FakeClock) -> Housekeeping:
    return Housekeeping(connect(), blobs, "e1", clock)


def sweep(housekeeping: Housekeeping, clock: FakeClock, after: float = SWEEP_SECONDS) -> None:
    clock.advance(after + 1)
    housekeeping.sweep()


def add_document(look: Look, content_hash: str, *text_hashes: bytes) -> None:
    look.change(
        "INSERT INTO documents (document_id, tenant, source_id, uri, url, content_type, access, updated_at,"
        " content_hash, size_bytes, state, revision, pending_since, last_seen_at, last_changed_at)"
        " VALUES ('d', 't', 's', 'u', '', '', '[]', '', :hash, 0, 'indexed', 1, 0, 0, 0)",
        {"hash": content_hash},
    )
    for ordinal, text_hash in enumerate(text_hashes):
        look.change(
            "INSERT INTO passages (document_id, live, ordinal, passage_id, heading_path, anchor, text, first,"
            " past, text_hash) VALUES ('d', 1, :ordinal, 'p', '[]', '', 'text', 0, 4, :hash)",
            {"ordinal": ordinal, "hash": text_hash},
        )


def add_vector(look: Look, embedder: str, text_hash: bytes) -> None:
    look.change(
        "INSERT INTO vectors (embedder, text_hash, vector) VALUES (:embedder, :hash, :hash)",
        {"embedder": embedder, "hash": text_hash},
    )


def vectors(look: Look) -> set[tuple[str, bytes]]:
    return {(row["embedder"], row["text_hash"]) for row in look.rows("SELECT * FROM vectors")}


def test_a_vector_is_forgotten_a_month_after_its_last_use(
    look: Look, housekeeping: Housekeeping, clock: FakeClock
) -> None:
    add_document(look, "hash", b"used")
    for embedder, text_hash in (("e1", b"used"), ("e1", b"unused"), ("e0", b"used")):
        add_vector(look, embedder, text_hash)
    sweep(housekeeping, clock)
    assert len(vectors(look)) == 3
    sweep(housekeeping, clock, VECTOR_SECONDS)
    assert vectors(look) == {("e1", b"used")}


def test_a_vector_that_is_used_again_starts_anew(
    look: Look, housekeeping: Housekeeping, clock: FakeClock
) -> None:
    add_vector(look, "e1", b"\x01")
    sweep(housekeeping, clock)
    clock.advance(VECTOR_SECONDS - 2 * SWEEP_SECONDS)
    add_document(look, "hash", b"\x01")
    sweep(housekeeping, clock)
    look.change("DELETE FROM documents")
    sweep(housekeeping, clock, VECTOR_SECONDS / 2)
    sweep(housekeeping, clock, VECTOR_SECONDS / 2)
    assert len(vectors(look)) == 1
    sweep(housekeeping, clock, VECTOR_SECONDS)
    assert vectors(look) == set()


def test_contents_that_no_document_has_leave_after_an_hour(
    look: Look,
    housekeeping: Housekeeping,
    clock: FakeClock,
    blobs: Blobs,
    kept: Callable[[str, float], None],
) -> None:
    digests = {}
    for name, age in (("used", 2), ("unused", 2), ("coming", 0)):
        spool = blobs.spool()
        spool.add(name.encode())
        blobs.keep([spool])
        spool.discard()
        digests[name] = spool.content_hash
        kept(spool.content_hash, clock.now() + SWEEP_SECONDS - age * BLOB_SECONDS)
    add_document(look, digests["used"])
    sweep(housekeeping, clock)
    assert blobs.read(digests["used"]) == b"used"
    assert blobs.read(digests["coming"]) == b"coming"
    with pytest.raises(BlobLost):
        blobs.read(digests["unused"])


def test_it_sweeps_first_after_a_minute_and_then_once_an_hour(
    look: Look, housekeeping: Housekeeping, clock: FakeClock
) -> None:
    def swept() -> bool:
        """Whether a fresh vector is noticed."""
        look.change("UPDATE vectors SET unused_since = NULL")
        housekeeping.sweep()
        return look.one("SELECT unused_since AS v FROM vectors") is not None

    add_vector(look, "e1", b"\x01")
    assert not swept()
    clock.advance(FIRST_SECONDS)
    assert swept()
    assert not swept()
    clock.advance(SWEEP_SECONDS)
    assert swept()
