"""The embedded index under way: swaps under load, several processes, damage, and a disk that is full."""

from __future__ import annotations

import asyncio
import errno
import shutil
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from libs.common.errors import DependencyUnavailable
from services.retrieval.build import Build
from services.retrieval.builds import BuildFolder
from services.retrieval.index_engine import load_index
from services.retrieval.served_index import RETRY_SECONDS, ServedIndex
from services.retrieval.serving_copy import ServingCopies
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import build_index, example

ALL = Condition(Visibility("acme", frozenset()))
VECTOR = FakeEmbedder().embed_query("text")
SWAPS = 20
ROOT = Path(__file__).parents[2]


def publish(root: Path, revision: int) -> Build:
    """Publishes a build with as many passages as its revision says."""
    passages = [example(f"text {n} of {revision}", uri=f"{n}.md") for n in range(revision)]
    return build_index(root / "index", passages, revision)


class Serving:
    """A served index over real builds."""

    def __init__(self, root: Path) -> None:
        self.root, self.clock = root, FakeClock()
        self.copies = ServingCopies(root / "serving")
        self.served = ServedIndex(
            BuildFolder(root / "index", "main"), partial(load_index, self.copies), self.clock
        )

    @property
    def revision(self) -> int:
        return self.served.build.revision if self.served.build else 0

    async def search(self) -> tuple[int, int, int, set[str]]:
        """One search as it is made: what is served, what each way finds, and what the found ones say."""
        with self.served.lease() as serving:
            assert serving is not None
            words = await serving.index.keywords("text", ALL, 1000)
            await asyncio.sleep(0)
            near = await serving.index.nearest(VECTOR, ALL, 1000)
            await asyncio.sleep(0)
            stored = await serving.index.fetch([hit.key for hit in near], ALL)
            texts = {entry.passage.text.rpartition(" ")[2] for entry in stored.values()}
            return serving.build.revision, len(words), len(near), texts


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[Serving]:
    one = Serving(tmp_path)
    yield one
    await one.served.close()
    one.copies.close()


async def test_no_search_fails_or_sees_two_builds_while_many_are_swapped(serving: Serving) -> None:
    builds = [publish(serving.root, revision) for revision in range(1, SWAPS + 2)]
    folder = BuildFolder(serving.root / "index", "main")
    folder.publish(builds[0])
    await serving.served.refresh()
    done, searched = asyncio.Event(), []

    async def searching() -> None:
        while not done.is_set():
            revision, words, near, texts = await serving.search()
            assert (words, near, texts) == (revision, revision, {str(revision)})
            searched.append(revision)
            await asyncio.sleep(
                0.01
            )  # or the loop leaves nothing of the interpreter to the thread that loads

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(searching())
        for build in builds[1:]:
            folder.publish(build)
            await serving.served.refresh()
            seen = len(searched)
            async with asyncio.timeout(30):
                while len(searched) < seen + 4:
                    await asyncio.sleep(0.001)
        done.set()
    assert serving.revision == SWAPS + 1
    assert len(set(searched)) > SWAPS // 2


async def served_by(process: asyncio.subprocess.Process) -> bytes:
    """What a serving process says next; its log passes by."""
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if line.startswith(b"served "):
            return line
    raise AssertionError("the process has ended")


@pytest.mark.process
@pytest.mark.timeout(300)
async def test_several_processes_serve_one_published_version(tmp_path: Path) -> None:
    publish(tmp_path, 1)
    command = (sys.executable, "-m", "tests.retrieval.serving_process", str(tmp_path), "3")
    processes = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    try:
        async with asyncio.timeout(250):
            for process in processes:
                assert await served_by(process) == b"served 1 1\n"
            publish(tmp_path, 3)
            for process in processes:
                assert await served_by(process) == b"served 3 3\n"
                assert await process.wait() == 0
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert [path.name for path in (tmp_path / "serving").iterdir()] == [".lock"]


def damaged(root: Path, revision: int) -> Path:
    """Flips a byte in the largest file of a build."""
    files = [
        path for path in (root / "index" / "main" / "builds" / str(revision)).rglob("*") if path.is_file()
    ]
    largest = max(files, key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.unlink()
    largest.write_bytes(content)
    return largest


async def test_a_damaged_build_leaves_the_previous_one_serving_until_it_is_mended(serving: Serving) -> None:
    publish(serving.root, 1)
    await serving.served.refresh()
    publish(serving.root, 2)
    damaged(serving.root, 2)
    await serving.served.refresh()
    assert await serving.search() == (1, 1, 1, {"1"})
    publish(serving.root, 3)
    await serving.served.refresh()
    assert await serving.search() == (3, 3, 3, {"3"})


@pytest.mark.parametrize("harm", ["damaged", "missing", "pointer"])
async def test_without_a_previous_build_searches_say_so_and_recover_by_themselves(
    serving: Serving, harm: str
) -> None:
    publish(serving.root, 2)
    if harm == "damaged":
        damaged(serving.root, 2)
    elif harm == "missing":
        shutil.rmtree(serving.root / "index" / "main" / "builds" / "2")
    else:
        (serving.root / "index" / "main" / "current.json").write_text("{")
    await serving.served.refresh()
    with pytest.raises(DependencyUnavailable, match="cannot be read"):
        await serving.search()
    publish(serving.root, 3)
    await serving.served.refresh()
    assert await serving.search() == (3, 3, 3, {"3"})


async def test_a_full_disk_leaves_the_previous_build_serving_until_there_is_room(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(serving.root, 1)
    await serving.served.refresh()
    publish(serving.root, 2)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(shutil, "copyfile", full)
        await serving.served.refresh()
        assert await serving.search() == (1, 1, 1, {"1"})
    serving.clock.advance(RETRY_SECONDS)
    await serving.served.refresh()
    assert await serving.search() == (2, 2, 2, {"2"})
