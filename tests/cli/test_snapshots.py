"""`causeway snapshot` against a real retrieval: files made, compared and refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from cli import snapshots
from cli.output import CommandFailed
from cli.settings import Settings
from libs.common.rpc_errors import decode
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import example
from tests.retrieval.running_server import Running, running_server

PASSAGES = [example(f"Text number {n}.", uri=f"{n % 3}.md") for n in range(30)]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with running_server(tmp_path, FakeEmbedder()) as server:
        await server.publish(PASSAGES)
        yield server


@pytest.fixture
def settings(running: Running, tmp_path: Path) -> Settings:
    return Settings(keys=tmp_path, retrieval_address=f"127.0.0.1:{running.port}")


async def test_a_file_is_made_and_found_to_match(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.snapshot"
    await snapshots.create(settings, "acme", path, as_json=True)
    made = json.loads(capsys.readouterr().out)
    assert made == {"file": str(path), "bytes": path.stat().st_size, "passages": 30}
    assert await snapshots.verify(settings, "acme", path, as_json=True)
    assert json.loads(capsys.readouterr().out)["matches"] is True
    assert list(tmp_path.glob("*.partial")) == []


async def test_differences_are_counted_and_named(
    running: Running, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.snapshot"
    await snapshots.create(settings, "acme", path, as_json=False)
    await running.publish(PASSAGES[1:], revision=2)
    capsys.readouterr()
    assert not await snapshots.verify(settings, "acme", path, as_json=False)
    said = capsys.readouterr().out
    assert "Different: 1 missing; the snapshot has 30 passages, the index 29." in said
    assert f"{PASSAGES[0].passage_id}  0.md" in said


async def test_a_snapshot_that_breaks_off_leaves_no_file(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.snapshot"
    nowhere = Settings(keys=tmp_path, retrieval_address="127.0.0.1:1")
    with pytest.raises(grpc.aio.AioRpcError):
        await snapshots.create(nowhere, "acme", path, as_json=True)
    with pytest.raises(CommandFailed, match="cannot be written"):
        await snapshots.create(settings, "acme", tmp_path / "none" / "a.snapshot", as_json=True)
    assert list(tmp_path.glob("a.snapshot*")) == []


async def test_a_damaged_file_is_refused_by_verify_and_restore(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.snapshot"
    await snapshots.create(settings, "acme", path, as_json=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(grpc.aio.AioRpcError) as verified:
        await snapshots.verify(settings, "acme", path, as_json=True)
    with pytest.raises(grpc.aio.AioRpcError) as restored:
        await snapshots.restore(settings, "acme", path, as_json=True)
    for caught in (verified, restored):
        assert decode(caught.value, "retrieval").kind == "conflict"
