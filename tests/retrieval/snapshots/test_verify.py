"""A comparison finds exactly what differs, and takes rounding for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from libs.common.errors import DependencyUnavailable
from libs.embedding.embedder import Vectors
from services.retrieval.passage import Passage
from services.retrieval.snapshots.verify import MAX_EXAMPLES, Comparison, compare
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.indexes import opened_index
from tests.retrieval.snapshots.example_snapshot import PASSAGES, serving, snapshot, taken_in

Pairs = list[tuple[Passage, Vectors]]


async def compared(folder: Path, change: Callable[[Pairs], Pairs]) -> Comparison:
    """How a snapshot differs from an index that was changed."""
    pairs = change(embedded(PASSAGES))
    async with taken_in(await snapshot(), folder) as upload:
        index = serving([passage for passage, _ in pairs], FakeIndex(pairs))
        return await compare(upload, index, "acme")


async def test_the_same_is_the_same(tmp_path: Path) -> None:
    found = await compared(tmp_path, lambda pairs: pairs)
    assert found.matches
    assert (found.compared, found.served, found.examples) == (60, 60, [])


@pytest.mark.parametrize(("one", "other"), [("qdrant_edge", "qdrant_grpc"), ("qdrant_local", "qdrant_edge")])
async def test_engines_hold_the_same(one: str, other: str, tmp_path: Path) -> None:
    async with (
        opened_index(one, tmp_path / "one", PASSAGES) as first,
        opened_index(other, tmp_path / "other", PASSAGES) as second,
        taken_in(await snapshot(serving(index=first)), tmp_path) as upload,
    ):
        assert (await compare(upload, serving(index=second), "acme")).matches


async def test_rounding_and_dates_are_no_difference(tmp_path: Path) -> None:
    def rounded(pairs: Pairs) -> Pairs:
        return [(replace(p, updated_at="2027-01-01T00:00:00Z"), v + np.float32(1e-4)) for p, v in pairs]

    assert (await compared(tmp_path, rounded)).matches


async def test_each_kind_of_difference_is_counted(tmp_path: Path) -> None:
    def changed(pairs: Pairs) -> Pairs:
        other, turned, *rest = pairs[1:]
        edited = (replace(other[0], access=("board",)), other[1])
        return [edited, (turned[0], -turned[1]), *rest, *embedded([example("new"), example("newer")])]

    found = await compared(tmp_path, changed)
    assert not found.matches
    assert found.counts == {"missing": 1, "changed": 1, "vector": 1, "extra": 2}
    assert (found.compared, found.served) == (60, 61)
    assert {example.difference for example in found.examples} == set(found.counts)


async def test_only_the_first_differences_are_named(tmp_path: Path) -> None:
    found = await compared(tmp_path, lambda pairs: [])
    assert found.counts == {"missing": 60}
    assert len(found.examples) == MAX_EXAMPLES


async def test_an_index_that_fails_is_a_dependency_that_fails(tmp_path: Path) -> None:
    index = FakeIndex([])
    index.failing.add("scan")
    async with taken_in(await snapshot(), tmp_path) as upload:
        with pytest.raises(DependencyUnavailable):
            await compare(upload, serving(index=index), "acme")
