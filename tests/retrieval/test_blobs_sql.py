"""What contents in the database add to the contract of `test_blobs`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.retrieval.blobs import SPOOL_BYTES, BlobLost
from services.retrieval.blobs_sql import SqlBlobs
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import Connect, Look

pytestmark = pytest.mark.parametrize("connect", ["postgres"], indirect=True)


@pytest.fixture
def blobs(connect: Connect, tmp_path: Path, clock: FakeClock) -> SqlBlobs:
    return SqlBlobs(connect(), tmp_path, clock)


def kept(blobs: SqlBlobs, content: bytes) -> str:
    spool = blobs.spool()
    spool.add(content)
    blobs.keep([spool])
    spool.discard()
    return spool.content_hash


def test_a_large_content_lies_in_parts(blobs: SqlBlobs, look: Look) -> None:
    kept(blobs, b"x" * (2 * SPOOL_BYTES + 1))
    assert look.one("SELECT count(*) AS v FROM blob_parts") == 3


def test_a_damaged_content_is_lost_and_sending_it_again_repairs_it(blobs: SqlBlobs, look: Look) -> None:
    digest = kept(blobs, b"bees make honey")
    look.change("UPDATE blob_parts SET content = :content", {"content": b"bees make money"})
    with pytest.raises(BlobLost, match="damaged"):
        blobs.read(digest)
    kept(blobs, b"bees make honey")
    assert blobs.read(digest) == b"bees make honey"


def test_streams_may_keep_the_same_contents_at_the_same_time(blobs: SqlBlobs, look: Look) -> None:
    contents = [f"content {number}".encode() for number in range(10)]

    def keep(turn: int) -> list[str]:
        spools = []
        for content in contents if turn % 2 else contents[::-1]:
            spools.append(blobs.spool())
            spools[-1].add(content)
        blobs.keep(spools)
        for spool in spools:
            spool.discard()
        return [spool.content_hash for spool in spools]

    with ThreadPoolExecutor(4) as pool:
        digests = list(pool.map(keep, range(8)))[1]
    assert [blobs.read(digest) for digest in digests] == contents
    assert look.one("SELECT count(*) AS v FROM blobs") == 10
