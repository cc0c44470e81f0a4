"""Passages are looked up as far as the caller may see them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable, InvalidRequest
from services.retrieval.builds import BuildFolder
from services.retrieval.passages import PassageLookup
from services.retrieval.served_index import ServedIndex
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import embedded, example, visitor
from tests.retrieval.example_versions import only

PUBLIC = example("Open to all.", uri="a.md")
TAGGED = example("For the board.", uri="b.md", access=("board",))
FOREIGN = example("Of Globex.", tenant="globex")
IDS = [entry.passage_id for entry in (TAGGED, FOREIGN, PUBLIC)]


@pytest.fixture
def index() -> FakeIndex:
    return FakeIndex(embedded([PUBLIC, TAGGED, FOREIGN]))


@pytest.fixture
async def served(tmp_path: Path, index: FakeIndex) -> AsyncIterator[ServedIndex]:
    folder = BuildFolder(tmp_path, "main")
    folder.begin(1)
    folder.publish(folder.seal(1, "fake-1", {"acme": 2, "globex": 1}))
    served = ServedIndex(folder, lambda build: index, FakeClock())
    await served.refresh()
    yield served
    await served.close()


async def test_passages_come_in_the_order_asked_for_each_once(served: ServedIndex) -> None:
    found = await PassageLookup(only(served)).get(visitor("acme", "board"), [*IDS, *IDS[::-1]])
    assert found == [TAGGED, PUBLIC]


async def test_hidden_foreign_and_unknown_passages_are_left_out_alike(served: ServedIndex) -> None:
    lookup = PassageLookup(only(served))
    assert await lookup.get(visitor("acme"), [*IDS, "no such id"]) == [PUBLIC]
    assert await lookup.get(visitor("globex", "board"), IDS) == [FOREIGN]
    assert await lookup.get(visitor("nobody"), IDS) == []


@pytest.mark.parametrize("ids", [[], ["x"] * 101])
async def test_none_and_more_than_100_ids_are_refused(served: ServedIndex, ids: list[str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await PassageLookup(only(served)).get(visitor(), ids)
    assert caught.value.field == "passage_ids"


async def test_before_the_first_build_there_are_no_passages(tmp_path: Path, index: FakeIndex) -> None:
    served = ServedIndex(BuildFolder(tmp_path, "main"), lambda build: index, FakeClock())
    assert await PassageLookup(only(served)).get(visitor(), IDS) == []


async def test_an_index_that_fails_is_a_dependency_that_fails(served: ServedIndex, index: FakeIndex) -> None:
    index.failing.add("fetch")
    with pytest.raises(DependencyUnavailable):
        await PassageLookup(only(served)).get(visitor(), IDS)
