"""Reading a source: it delivers, and it never removes by mistake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli.document import Reading, Remark, SourceDocument
from cli.output import CommandFailed
from cli.source_sync import SourceSync
from libs.common.errors import DependencyUnavailable
from libs.common.source import FolderSource, Source
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_receiver import FakeReceiver

SOURCE = FolderSource(id="handbook", kind="folder", path="x")


def reading(*uris: str, faults: tuple[str, ...] = ()) -> Reading:
    documents = tuple(SourceDocument(uri, "text/markdown", 1, uri.encode) for uri in uris)
    return Reading(documents, faults=tuple(Remark(uri, "does not answer") for uri in faults))


class World:
    """A source whose content a test sets."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock()
        self.receiver = FakeReceiver()
        self.now: Reading | Exception = reading()
        self.sync = SourceSync(root, self._open, self.receiver, self.clock)

    @asynccontextmanager
    async def _open(self, source: Source, kept: Path) -> AsyncIterator[Reading]:
        if isinstance(self.now, Exception):
            raise self.now
        yield self.now

    def documents(self) -> set[str]:
        return set(self.receiver.held.get(("demo", "handbook"), {}))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_what_left_the_source_is_removed(world: World) -> None:
    world.now = reading("a", "b", "c")
    await world.sync.run("demo", SOURCE)
    world.now = reading("a", "b")

    result = await world.sync.run("demo", SOURCE)

    assert world.documents() == {"a", "b"}
    assert result.state.outcome == "read"
    assert result.state.succeeded_at == world.clock.now()
    assert world.sync.folder("demo", "handbook").load() == result.state


async def test_a_source_that_was_read_in_part_removes_nothing(world: World) -> None:
    world.now = reading("a", "b", "c")
    before = (await world.sync.run("demo", SOURCE)).state
    world.clock.advance(10)
    world.now = reading("a", "b", "new", faults=("c",))

    state = (await world.sync.run("demo", SOURCE)).state

    assert world.documents() == {"a", "b", "c", "new"}
    assert (state.outcome, state.failures) == ("partly", 1)
    assert state.succeeded_at == before.succeeded_at
    assert state.message == "c: does not answer. Nothing was removed."
    assert state.remarks == (("c", "does not answer"),)


async def test_a_source_that_shrinks_by_more_than_half_is_held_back_until_it_is_allowed(world: World) -> None:
    world.now = reading("a", "b", "c", "d", "e")
    await world.sync.run("demo", SOURCE)
    world.now = reading("a", "f")

    for _ in range(2):  # the second time is no less suspicious than the first
        state = (await world.sync.run("demo", SOURCE)).state
        assert state.outcome == "held"
        assert "causeway sources sync handbook --allow-shrink" in state.message
        assert world.documents() == {"a", "b", "c", "d", "e", "f"}

    state = (await world.sync.run("demo", SOURCE, allow_shrink=True)).state
    assert state.outcome == "read"
    assert state.message == ""
    assert world.documents() == {"a", "f"}


async def test_an_empty_reading_of_a_source_that_held_something_is_held_back(world: World) -> None:
    world.now = reading("a")
    await world.sync.run("demo", SOURCE)
    world.now = reading()

    assert (await world.sync.run("demo", SOURCE)).state.outcome == "held"
    assert world.documents() == {"a"}


async def test_half_of_it_may_leave(world: World) -> None:
    world.now = reading("a", "b", "c", "d")
    await world.sync.run("demo", SOURCE)
    world.now = reading("a", "b")

    assert (await world.sync.run("demo", SOURCE)).state.outcome == "read"


async def test_without_a_memory_retrieval_is_asked_what_it_held(world: World, tmp_path: Path) -> None:
    world.now = reading("a", "b", "c", "d", "e")
    await world.sync.run("demo", SOURCE)
    (world.sync.folder("demo", "handbook").path / "state.json").unlink()
    world.now = reading("a")

    assert (await world.sync.run("demo", SOURCE)).state.outcome == "held"


@pytest.mark.parametrize(
    "failure", [CommandFailed("x does not exist."), DependencyUnavailable("x"), OSError(28, "No space left")]
)
async def test_a_source_that_cannot_be_read_says_why_and_keeps_its_documents(
    world: World, failure: Exception
) -> None:
    world.now = reading("a")
    before = (await world.sync.run("demo", SOURCE)).state
    world.now = failure

    result = await world.sync.run("demo", SOURCE)

    assert result.delivery is None
    assert (result.state.outcome, result.state.failures) == ("failed", 1)
    assert result.state.message
    assert result.state.succeeded_at == before.succeeded_at
    assert result.state.held_documents == 1
    assert world.documents() == {"a"}


async def test_a_fault_of_ours_is_not_a_state(world: World) -> None:
    world.now = KeyError("x")

    with pytest.raises(KeyError):
        await world.sync.run("demo", SOURCE)


async def test_what_retrieval_does_not_accept_is_remembered_and_is_still_held(world: World) -> None:
    world.receiver.rejects = frozenset({"b"})
    world.now = reading("a", "b")

    state = (await world.sync.run("demo", SOURCE)).state

    assert state.outcome == "read"
    assert state.remarks == (("b", "not accepted"),)
