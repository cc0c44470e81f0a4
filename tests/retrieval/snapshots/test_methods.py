"""Snapshots over a real connection: made, compared, restored, and refused when they are not whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.rpc_errors import decode
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import example
from tests.retrieval.running_server import Running, running_server

PASSAGES = [
    *(example(f"Text number {n}.", uri=f"{n % 3}.md", access=("staff",) * (n % 2)) for n in range(40)),
    example("Another tenant's.", tenant="globex"),
]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with running_server(tmp_path, FakeEmbedder()) as server:
        await server.publish(PASSAGES)
        yield server


async def created(running: Running, tenant: str = "acme") -> bytes:
    call = running.stub.CreateSnapshot(
        pb.CreateSnapshotRequest(), metadata=running.keys.team(tenant, "operate")
    )
    return b"".join([part.content async for part in call])


async def sent(running: Running, name: str, content: bytes, tenant: str = "acme") -> Any:
    message: Callable[..., Any] = getattr(pb, f"{name}Request")
    parts = [message(content=content[start : start + 9000]) for start in range(0, len(content), 9000)]
    call = getattr(running.stub, name)
    return await call(iter(parts), metadata=running.keys.team(tenant, "operate"), timeout=20)


async def refusal(running: Running, name: str, content: bytes, tenant: str = "acme") -> str:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await sent(running, name, content, tenant)
    error = decode(caught.value, "retrieval")
    assert error.kind == "conflict"
    return error.detail


async def test_a_snapshot_matches_the_index_that_it_was_made_of(running: Running) -> None:
    content = await created(running)
    found = await sent(running, "VerifySnapshot", content)
    assert found.matches
    assert (found.passages, found.served, len(found.root)) == (40, 40, 64)
    assert b"Another tenant" not in content


async def test_another_index_is_told_apart(running: Running) -> None:
    content = await created(running)
    await running.publish([*PASSAGES[1:], example("New.")], revision=2)
    found = await sent(running, "VerifySnapshot", content)
    assert not found.matches
    assert (found.missing, found.extra, found.changed, found.vectors) == (1, 1, 0, 0)
    assert {each.difference for each in found.examples} == {"missing", "extra"}


@pytest.mark.parametrize("name", ["VerifySnapshot", "RestoreSnapshot"])
async def test_one_that_is_not_whole_is_refused_and_the_index_stays(running: Running, name: str) -> None:
    content = await created(running)
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    assert "damaged" in await refusal(running, name, bytes(flipped))
    assert "cut off" in await refusal(running, name, content[:-20])
    assert "no snapshot" in await refusal(running, name, b"PK" * 99)
    assert "another tenant's" in await refusal(running, name, content, "globex")
    assert "fake-9" in await refusal(running, name, content.replace(b'"fake-1"', b'"fake-9"', 1))
    assert "format 9" in await refusal(running, name, content.replace(b'"format":1', b'"format":9', 1))
    assert (await sent(running, "VerifySnapshot", content)).matches


async def test_what_is_restored_waits_for_the_worker_at_its_revision(running: Running) -> None:
    content = await created(running)
    refused = await refusal(running, "RestoreSnapshot", content)
    assert "belongs to none of its documents" in refused  # this index was built without documents
    empty = await created(running, "globex-2")
    done = await sent(running, "RestoreSnapshot", empty, "globex-2")
    assert (done.passages, done.documents) == (0, 0)
    index = await running.stub.GetIndex(
        pb.GetIndexRequest(), metadata=running.keys.team("globex-2", "search")
    )
    assert index.accepted_revision == done.revision


async def test_parts_that_are_too_large_are_refused(running: Running) -> None:
    message = pb.VerifySnapshotRequest(content=b"x" * (1024 * 1024 + 1))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.stub.VerifySnapshot(iter([message]), metadata=running.keys.team("acme", "operate"))
    assert decode(caught.value, "retrieval").field == "content"
