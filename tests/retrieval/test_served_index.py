"""The served index follows what is published, without losing a query."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.retrieval.build import Build, BuildRefused
from services.retrieval.builds import BuildFolder
from services.retrieval.index import Index, IndexFailure
from services.retrieval.served_index import RETRY_SECONDS, SMALL_PASSAGES, SWAP_SECONDS, ServedIndex
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_index import FakeIndex


class Loader:
    """Opens builds as empty indexes, or fails as it is told."""

    def __init__(self) -> None:
        self.loaded: list[int] = []
        self.indexes: dict[int, FakeIndex] = {}
        self.failure: Exception | None = None

    def __call__(self, build: Build) -> Index:
        self.loaded.append(build.revision)
        if self.failure is not None:
            raise self.failure
        self.indexes[build.revision] = FakeIndex([])
        return self.indexes[build.revision]


@pytest.fixture
def folder(tmp_path: Path) -> BuildFolder:
    return BuildFolder(tmp_path, "main")


@pytest.fixture
def publish(folder: BuildFolder) -> Callable[[int, int], Build]:
    def publish_one(revision: int, passages: int = 1) -> Build:
        folder.begin(revision)
        build = folder.seal(revision, "fake-1", {"acme": passages})
        folder.publish(build)
        return build

    return publish_one


@pytest.fixture
def loader() -> Loader:
    return Loader()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def served(folder: BuildFolder, loader: Loader, clock: FakeClock) -> AsyncIterator[ServedIndex]:
    served = ServedIndex(folder, loader, clock)
    yield served
    await served.close()


Publish = Callable[..., Build]


async def test_before_the_first_build_there_is_nothing(served: ServedIndex) -> None:
    await served.refresh()
    assert served.build is None
    with served.lease() as serving:
        assert serving is None


async def test_a_published_build_is_loaded_once(
    served: ServedIndex, publish: Publish, loader: Loader
) -> None:
    build = publish(1)
    await served.refresh()
    await served.refresh()
    assert served.build == build
    assert loader.loaded == [1]


async def test_a_swap_keeps_the_old_index_open_until_its_last_query_has_ended(
    served: ServedIndex, publish: Publish, loader: Loader
) -> None:
    publish(1)
    await served.refresh()
    with served.lease() as first, served.lease() as second:
        assert first is second is not None
        publish(2)
        await served.refresh()
        assert not loader.indexes[1].closed
        with served.lease() as third:
            assert third is not None
            assert third.build.revision == 2
    await asyncio.wait_for(until(lambda: loader.indexes[1].closed), 5)
    assert not loader.indexes[2].closed


async def test_an_index_that_nobody_uses_is_closed_at_the_swap(
    served: ServedIndex, publish: Publish, loader: Loader
) -> None:
    publish(1)
    await served.refresh()
    publish(2)
    await served.refresh()
    await asyncio.wait_for(until(lambda: loader.indexes[1].closed), 5)


async def test_a_build_that_does_not_load_leaves_the_old_one_serving(
    served: ServedIndex, publish: Publish, loader: Loader
) -> None:
    publish(1)
    await served.refresh()
    for failure in (IndexFailure("broken"), BuildRefused("damaged")):
        loader.failure = failure
        publish(revision_of(served) + 1)
        await served.refresh()
        assert revision_of(served) == 1
        assert not loader.indexes[1].closed


async def test_a_refused_build_is_tried_again_only_after_a_while(
    served: ServedIndex, publish: Publish, loader: Loader, clock: FakeClock
) -> None:
    loader.failure = BuildRefused("no space left")
    publish(1)
    await served.refresh()
    await served.refresh()
    assert loader.loaded == [1]
    loader.failure = None
    clock.advance(RETRY_SECONDS)
    await served.refresh()
    assert loader.loaded == [1, 1]
    assert served.build is not None


async def test_the_build_after_a_refused_one_is_loaded_at_once(
    served: ServedIndex, publish: Publish, loader: Loader
) -> None:
    loader.failure = IndexFailure("broken")
    publish(1)
    await served.refresh()
    loader.failure = None
    publish(2)
    await served.refresh()
    assert revision_of(served) == 2


async def test_a_large_index_is_swapped_at_most_once_a_minute(
    served: ServedIndex, publish: Publish, clock: FakeClock
) -> None:
    publish(1, SMALL_PASSAGES + 1)
    await served.refresh()
    publish(2, SMALL_PASSAGES + 1)
    clock.advance(SWAP_SECONDS - 1)
    await served.refresh()
    assert revision_of(served) == 1
    publish(3, SMALL_PASSAGES + 1)
    clock.advance(1)
    await served.refresh()
    assert revision_of(served) == 3


async def test_a_small_index_is_swapped_at_once(served: ServedIndex, publish: Publish) -> None:
    for revision in (1, 2, 3):
        publish(revision, SMALL_PASSAGES)
        await served.refresh()
        assert revision_of(served) == revision


async def test_a_damaged_pointer_leaves_the_old_build_serving(
    served: ServedIndex, publish: Publish, tmp_path: Path
) -> None:
    publish(1)
    await served.refresh()
    (tmp_path / "main" / "current.json").write_text("{")
    await served.refresh()
    assert served.build is not None


async def test_running_follows_the_pointer(served: ServedIndex, publish: Publish) -> None:
    following = asyncio.create_task(served.run())
    publish(1)
    await asyncio.wait_for(until(lambda: served.build is not None), 5)
    following.cancel()


async def test_closing_waits_for_the_last_query(
    folder: BuildFolder, publish: Publish, loader: Loader, clock: FakeClock
) -> None:
    served = ServedIndex(folder, loader, clock)
    publish(1)
    await served.refresh()
    with served.lease():
        await served.close()
        assert [index.closed for index in loader.indexes.values()] == [False]
    await served.close()
    assert [index.closed for index in loader.indexes.values()] == [True]
    assert served.build is None


def revision_of(served: ServedIndex) -> int:
    return served.build.revision if served.build else 0


async def until(happened: Callable[[], bool]) -> None:
    """Lets other tasks run until something has happened."""
    while not happened():
        await asyncio.sleep(0.005)
