"""Contents, as files and in PostgreSQL: whole or absent."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator

import pytest

from services.retrieval.blobs import SPOOL_BYTES, BlobLost, Blobs, Spool

Spooled = Callable[..., Spool]


@pytest.fixture
def spooled(blobs: Blobs) -> Iterator[Spooled]:
    opened: list[Spool] = []

    def spool_parts(*parts: bytes) -> Spool:
        spool = blobs.spool()
        opened.append(spool)
        for part in parts:
            spool.add(part)
        return spool

    yield spool_parts
    for spool in opened:
        spool.discard()


def test_a_kept_content_is_read_back_by_its_hash(blobs: Blobs, spooled: Spooled) -> None:
    spool = spooled(b"bees ", b"make honey")
    blobs.keep([spool])
    spool.discard()
    digest = hashlib.sha256(b"bees make honey").hexdigest()
    assert (spool.content_hash, spool.size) == (digest, 15)
    assert blobs.read(digest) == b"bees make honey"


def test_a_large_content_leaves_memory_and_is_kept_whole(blobs: Blobs, spooled: Spooled) -> None:
    part = os.urandom(SPOOL_BYTES)
    spool = spooled(part, part, b"end")
    blobs.keep([spool])
    assert blobs.read(spool.content_hash) == part + part + b"end"


def test_an_empty_content_is_a_content(blobs: Blobs, spooled: Spooled) -> None:
    blobs.keep([spooled()])
    assert blobs.read(hashlib.sha256(b"").hexdigest()) == b""


def test_equal_contents_may_be_kept_together_and_again(blobs: Blobs, spooled: Spooled) -> None:
    blobs.keep([spooled(b"same"), spooled(b"same"), spooled(b"other")])
    blobs.keep([spooled(b"same")])
    for content in (b"same", b"other"):
        assert blobs.read(hashlib.sha256(content).hexdigest()) == content


def test_a_content_that_is_given_up_while_it_is_kept_is_not_there(blobs: Blobs, spooled: Spooled) -> None:
    """Its stream has ended and closed it, while a thread was about to write it."""
    spool = spooled(b"words")
    spool.discard()
    with pytest.raises(ValueError, match="closed"):
        blobs.keep([spool])
    with pytest.raises(BlobLost):
        blobs.read(spool.content_hash)


def test_a_missing_content_is_lost(blobs: Blobs) -> None:
    with pytest.raises(BlobLost, match="0000"):
        blobs.read("0" * 64)


def test_a_sweep_removes_what_is_old_and_nobody_has(
    blobs: Blobs, spooled: Spooled, kept: Callable[[str, float], None]
) -> None:
    spools = [spooled(text) for text in (b"used", b"unused", b"fresh")]
    blobs.keep(spools)
    used, unused, fresh = (spool.content_hash for spool in spools)
    kept(used, 1000)
    kept(unused, 1000)
    assert blobs.sweep(lambda digest: digest == used, before=2000.0) == 1
    assert blobs.read(used) == b"used"
    assert blobs.read(fresh) == b"fresh"
    with pytest.raises(BlobLost):
        blobs.read(unused)


def test_keeping_a_content_again_protects_it_from_the_sweep(
    blobs: Blobs, spooled: Spooled, kept: Callable[[str, float], None]
) -> None:
    spool = spooled(b"coming in again")
    blobs.keep([spool])
    kept(spool.content_hash, 1000)
    blobs.keep([spool])
    assert blobs.sweep(lambda _: False, before=2000.0) == 0
