"""Contents on disk: whole or absent, named by what they hold."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable
from services.retrieval.blobs import SPOOL_BYTES, BlobFolder, BlobLost, Spool

Spooled = Callable[..., Spool]


@pytest.fixture
def spooled() -> Iterator[Spooled]:
    opened: list[Spool] = []

    def spool_parts(blobs: BlobFolder, *parts: bytes) -> Spool:
        spool = blobs.spool()
        opened.append(spool)
        for part in parts:
            spool.add(part)
        return spool

    yield spool_parts
    for spool in opened:
        spool.discard()


def test_a_kept_content_is_read_back_by_its_hash(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path / "blobs")
    spool = spooled(blobs, b"bees ", b"make honey")
    blobs.keep([spool])
    spool.discard()
    digest = hashlib.sha256(b"bees make honey").hexdigest()
    assert (spool.content_hash, spool.size) == (digest, 15)
    assert blobs.read(digest) == b"bees make honey"
    assert (tmp_path / "blobs" / digest[:2] / digest).is_file()


def test_a_large_content_leaves_memory_and_is_kept_whole(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    part = os.urandom(SPOOL_BYTES)
    spool = spooled(blobs, part, part, b"end")
    blobs.keep([spool])
    assert blobs.read(spool.content_hash) == part + part + b"end"


def test_a_content_that_is_not_kept_leaves_nothing(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    spooled(blobs, b"x" * (SPOOL_BYTES + 1)).discard()
    assert list(tmp_path.iterdir()) == []


def test_equal_contents_are_kept_once_and_leave_no_partial_files(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    blobs.keep([spooled(blobs, b"same"), spooled(blobs, b"same"), spooled(blobs, b"other")])
    blobs.keep([spooled(blobs, b"same")])
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_a_content_that_is_given_up_while_it_is_kept_leaves_no_partial_file(
    tmp_path: Path, spooled: Spooled
) -> None:
    """Its stream has ended and closed it, while a thread was about to write it."""
    blobs = BlobFolder(tmp_path)
    spool = spooled(blobs, b"words")
    spool.discard()

    with pytest.raises(ValueError, match="closed"):
        blobs.keep([spool])

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_missing_content_is_lost(tmp_path: Path) -> None:
    with pytest.raises(BlobLost, match="cannot be read"):
        BlobFolder(tmp_path).read("0" * 64)


def test_a_flipped_byte_is_noticed_and_sending_it_again_repairs_it(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    spool = spooled(blobs, b"bees make honey")
    blobs.keep([spool])
    path = tmp_path / spool.content_hash[:2] / spool.content_hash
    path.write_bytes(b"bees make money")
    with pytest.raises(BlobLost, match="damaged"):
        blobs.read(spool.content_hash)
    blobs.keep([spool])
    assert blobs.read(spool.content_hash) == b"bees make honey"


def test_a_truncated_content_is_replaced(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    spool = spooled(blobs, b"bees make honey")
    blobs.keep([spool])
    (tmp_path / spool.content_hash[:2] / spool.content_hash).write_bytes(b"bees")
    blobs.keep([spool])
    assert blobs.read(spool.content_hash) == b"bees make honey"


def test_a_sweep_removes_what_is_old_and_nobody_has(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    spools = [spooled(blobs, text) for text in (b"used", b"unused", b"fresh")]
    blobs.keep(spools)
    used, unused, fresh = (spool.content_hash for spool in spools)
    for digest in (used, unused):
        os.utime(tmp_path / digest[:2] / digest, (1000, 1000))
    leftover = tmp_path / unused[:2] / f"{unused}.x1.partial"
    leftover.write_bytes(b"half")
    os.utime(leftover, (1000, 1000))
    assert blobs.sweep(lambda digest: digest == used, before=2000.0) == 2
    assert blobs.read(used) == b"used"
    assert blobs.read(fresh) == b"fresh"
    with pytest.raises(BlobLost):
        blobs.read(unused)


def test_keeping_a_content_again_protects_it_from_the_sweep(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    spool = spooled(blobs, b"coming in again")
    blobs.keep([spool])
    os.utime(tmp_path / spool.content_hash[:2] / spool.content_hash, (1000, 1000))
    blobs.keep([spool])
    assert blobs.sweep(lambda _: False, before=2000.0) == 0


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    spool = spooled(blobs, b"content")
    (tmp_path / spool.content_hash[:2]).write_text("a file in the place of the folder")
    with pytest.raises(DependencyUnavailable, match="free space"):
        blobs.keep([spool])
