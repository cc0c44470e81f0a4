"""A snapshot is taken in whole and for its own tenant and embedder, or not at all."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.common.errors import Conflict, DependencyUnavailable, InvalidRequest
from services.retrieval.index import StoredPassage
from services.retrieval.snapshots.content import passage_chunk
from services.retrieval.snapshots.frames import FrameWriter, Header
from services.retrieval.snapshots.upload import uploaded
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.snapshots.example_snapshot import in_parts, snapshot, taken_in

HEADER = Header("acme", "main", 1, "fake-1", "")


def made_of(entries: list[StoredPassage], header: Header = HEADER) -> bytes:
    writer = FrameWriter(header)
    frames = [writer.begin(), *(writer.chunk(passage_chunk("", [entry])) for entry in entries)]
    return b"".join(frames) + writer.end()


async def refusal(content: bytes, folder: Path, tenant: str = "acme", embedder: str = "fake-1") -> str:
    with pytest.raises(Conflict) as caught:
        async with taken_in(content, folder, tenant, embedder):
            raise AssertionError("it was taken in")
    assert list(folder.iterdir()) == []
    return caught.value.detail


async def test_another_tenants_or_embedders_is_refused(tmp_path: Path) -> None:
    whole = await snapshot()
    assert "another tenant's" in await refusal(whole, tmp_path, "globex")
    assert "of fake-1, this index is searched with fake-2" in await refusal(
        whole, tmp_path, embedder="fake-2"
    )
    masked = Header("acme", "main", 1, "fake-1", "", "pii-1")
    assert "were masked (pii-1)" in await refusal(made_of([], masked), tmp_path)


async def test_a_damaged_one_is_refused(tmp_path: Path) -> None:
    whole = bytearray(await snapshot())
    assert "cut off" in await refusal(bytes(whole[:-1]), tmp_path)
    whole[len(whole) // 2] ^= 1
    assert "damaged" in await refusal(bytes(whole), tmp_path)


async def test_passages_out_of_order_twice_or_of_others_are_refused(tmp_path: Path) -> None:
    one, two = sorted(
        (StoredPassage.of(*pair) for pair in embedded([example("one"), example("two")])),
        key=lambda entry: entry.passage.passage_id,
    )
    ((foreign, vector),) = embedded([example("x", tenant="globex")])
    for entries in ([two, one], [one, one], [StoredPassage.of(foreign, vector)]):
        assert "out of order" in await refusal(made_of(entries), tmp_path)
    short = StoredPassage.of(two.passage, two.vector[:5])
    assert "not of one length" in await refusal(made_of([one, short]), tmp_path)


async def test_one_that_is_too_large_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest):
        async with uploaded(in_parts(b"x" * 5000), tmp_path, "acme", "fake-1", max_bytes=3000):
            pass


async def test_a_full_disk_is_a_dependency_that_fails(tmp_path: Path) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"x"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DependencyUnavailable, match="No space left on device"):
        async with uploaded(parts(), tmp_path, "acme", "fake-1"):
            pass
