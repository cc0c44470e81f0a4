"""The loop that reads sources when they are due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from cli.document import Reading
from cli.source_state import SourceFolder
from cli.source_sync import SourceSync
from cli.source_watch import AT_ONCE, REST_SECONDS, SourceWatch
from libs.common.metrics import REGISTRY
from libs.common.source import FolderSource, Source
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_receiver import FakeReceiver


def source(name: str, **fields: Any) -> FolderSource:
    return FolderSource(id=name, kind="folder", path="x", interval="1h", **fields)


class World:
    """Sources that are read as long as a test holds them."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock()
        self.read: list[str] = []
        self.free = asyncio.Event()
        self.fault: Exception | None = None
        self.free.set()
        self.watch = SourceWatch(SourceSync(root, self._open, FakeReceiver(), self.clock), self.clock)

    @asynccontextmanager
    async def _open(self, source: Source, kept: Path) -> AsyncIterator[Reading]:
        self.read.append(source.id)
        await self.free.wait()
        if self.fault is not None:
            raise self.fault
        yield Reading(())


def metric(name: str, source_id: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"tenant": "demo", "source": source_id})


async def test_a_source_is_read_once_and_again_after_its_interval(tmp_path: Path) -> None:
    world = World(tmp_path)
    for _ in range(3):
        world.watch.look([("demo", source("a"))])
        await world.watch.settled()
    assert world.read == ["a"]

    world.clock.advance(3600)
    world.watch.look([("demo", source("a"))])
    await world.watch.settled()

    assert world.read == ["a", "a"]


async def test_another_declaration_is_read_at_the_next_look(tmp_path: Path) -> None:
    world = World(tmp_path)
    for path in ("x", "y"):
        world.watch.look([("demo", source("a", product=path))])
        await world.watch.settled()

    assert world.read == ["a", "a"]


async def test_a_few_are_read_at_the_same_time_and_none_twice(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.free.clear()
    declared = [("demo", source(f"s{n}")) for n in range(AT_ONCE + 2)]

    for _ in range(3):
        world.watch.look(declared)
        await asyncio.sleep(0)
    assert len(world.watch.running) == AT_ONCE
    world.free.set()
    await world.watch.settled()
    world.watch.look(declared)
    await world.watch.settled()

    assert sorted(world.read) == sorted(s.id for _, s in declared)


async def test_a_fault_of_ours_is_remembered_and_not_repeated_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.fault = KeyError("x")
    for _ in range(3):
        world.watch.look([("demo", source("a")), ("demo", source("b"))])
        await world.watch.settled()

    assert sorted(world.read) == ["a", "b"]
    state = SourceFolder(tmp_path, "demo", "a").load()
    assert (state.outcome, state.message) == (
        "failed",
        "A fault of ours (KeyError); the log has the details.",
    )


async def test_a_source_that_somebody_else_reads_is_tried_again_after_a_rest(tmp_path: Path) -> None:
    world = World(tmp_path)
    with SourceFolder(tmp_path, "demo", "a").held():
        for _ in range(3):
            world.watch.look([("demo", source("a"))])
            await world.watch.settled()
    assert world.read == []

    world.clock.advance(REST_SECONDS)
    world.watch.look([("demo", source("a"))])
    await world.watch.settled()

    assert world.read == ["a"]


async def test_stopping_breaks_off_what_is_being_read(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.free.clear()
    world.watch.look([("demo", source("a"))])
    await asyncio.sleep(0)

    await world.watch.stop()

    assert world.watch.running == frozenset()


async def test_a_late_source_is_a_metric_until_it_is_not_declared_any_more(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.watch.look([("demo", source("a"))])
    await world.watch.settled()
    world.watch.look([("demo", source("a"))])
    assert metric("causeway_source_late", "a") == 0
    assert metric("causeway_source_last_success_timestamp_seconds", "a") == world.clock.now()

    world.free.clear()  # from now on the source hangs
    world.clock.advance(3 * 3600)
    world.watch.look([("demo", source("a"))])
    assert metric("causeway_source_late", "a") == 1

    world.watch.look([])
    assert metric("causeway_source_late", "a") is None
    await world.watch.stop()
