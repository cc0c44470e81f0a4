"""Contents on disk: whole or absent, named by what they hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable
from services.retrieval.blobs import SPOOL_BYTES, BlobLost, Spool
from services.retrieval.blobs_folder import BlobFolder

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


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path, spooled: Spooled) -> None:
    blobs = BlobFolder(tmp_path)
    spool = spooled(blobs, b"content")
    (tmp_path / spool.content_hash[:2]).write_text("a file in the place of the folder")
    with pytest.raises(DependencyUnavailable, match="free space"):
        blobs.keep([spool])


def test_a_sweep_removes_what_a_crash_left_half_written(tmp_path: Path) -> None:
    leftover = tmp_path / "ab" / f"{'ab' * 32}.x1.partial"
    leftover.parent.mkdir()
    leftover.write_bytes(b"half")
    os.utime(leftover, (1000, 1000))
    assert BlobFolder(tmp_path).sweep(lambda _: False, before=2000.0) == 1
    assert not leftover.exists()
