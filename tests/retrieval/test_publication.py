"""Builds and what is known about them after a start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from services.retrieval.builds import BuildFolder
from services.retrieval.documents import Progress
from services.retrieval.index import IndexFailure
from services.retrieval.passage_shelf import Snapshot
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.publication import BUILD_BYTES, LOOK_SECONDS, PASSAGE_BYTES, Publication
from tests.fakes.fake_builder import FakeBuilder, published
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.example_passages import example


class Shelf(SqlPassageShelf):
    """A shelf that holds what it is told."""

    def __init__(self) -> None:
        self.texts = ["one", "two"]

    @contextmanager
    def snapshot(self, embedder: str) -> Iterator[Snapshot]:
        passages = [(example(text), np.ones(2, np.float32)) for text in self.texts]
        yield Snapshot(len(passages), iter(passages))


class Board:
    def __init__(self) -> None:
        self.phases: list[str] = []

    def post(self, progress: Progress) -> None:
        self.phases.append(progress.phase)


@pytest.fixture
def folder(tmp_path: Path) -> BuildFolder:
    return BuildFolder(tmp_path, "main")


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def builder(folder: BuildFolder) -> FakeBuilder:
    return FakeBuilder(folder)


def opened(
    folder: BuildFolder, builder: FakeBuilder, board: Board, clock: FakeClock, embedder: str = "fake-1"
) -> Publication:
    return Publication(folder, builder, Shelf(), embedder, ProgressMeter(board, clock), clock)


@pytest.fixture
def publication(folder: BuildFolder, builder: FakeBuilder, board: Board, clock: FakeClock) -> Publication:
    return opened(folder, builder, board, clock)


def test_a_revision_is_built_and_published(
    publication: Publication, folder: BuildFolder, board: Board
) -> None:
    assert (publication.recover(), publication.revision) == (0, 0)
    publication.publish(3)
    assert publication.revision == 3
    assert [passage.text for passage in published(folder)] == ["one", "two"]
    assert board.phases == ["building", "publishing"]


def test_after_a_start_it_knows_what_is_published(
    publication: Publication, folder: BuildFolder, builder: FakeBuilder, board: Board, clock: FakeClock
) -> None:
    publication.publish(3)
    again = opened(folder, builder, board, clock)
    assert (again.recover(), again.revision) == (3, 3)


def test_a_build_of_another_embedder_is_to_be_replaced_by_a_later_one(
    publication: Publication, folder: BuildFolder, builder: FakeBuilder, board: Board, clock: FakeClock
) -> None:
    publication.publish(3)
    again = opened(folder, builder, board, clock, embedder="fake-2")
    assert (again.recover(), again.revision) == (4, 0)


def test_a_damaged_build_is_to_be_replaced_by_a_later_one(
    publication: Publication, folder: BuildFolder
) -> None:
    publication.publish(3)
    pointer = folder.pointer()
    assert pointer is not None
    (folder.open(pointer).path / "passages.jsonl").write_text("{}")
    assert (publication.recover(), publication.revision) == (4, 0)


def test_a_damaged_pointer_is_no_reason_to_stop(publication: Publication, tmp_path: Path) -> None:
    publication.publish(3)
    (tmp_path / "main" / "current.json").write_text("{")
    assert (publication.recover(), publication.revision) == (0, 0)


def test_a_failed_build_leaves_the_previous_one(
    publication: Publication, folder: BuildFolder, builder: FakeBuilder
) -> None:
    publication.publish(3)
    builder.failure = IndexFailure("no room")
    with pytest.raises(IndexFailure):
        publication.publish(4)
    assert publication.revision == 3
    assert len(published(folder)) == 2


def test_old_builds_are_pruned(publication: Publication, tmp_path: Path) -> None:
    for revision in range(1, 6):
        publication.publish(revision)
    assert len(list((tmp_path / "main" / "builds").iterdir())) <= 2


def test_without_room_nothing_is_begun_and_once_there_is_room_it_goes_on(
    publication: Publication, folder: BuildFolder, builder: FakeBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine writes through the memory map: a disk that fills up in the midst would end the process."""
    publication.publish(3)
    free = BUILD_BYTES + 2 * PASSAGE_BYTES - 1
    monkeypatch.setattr(folder, "free_bytes", lambda: free)
    with pytest.raises(IndexFailure, match="make room"):
        publication.publish(4)
    assert builder.built == [3]
    assert len(published(folder)) == 2
    free += 1
    publication.publish(4)
    assert publication.revision == 4


def test_old_builds_make_room_for_a_new_one(
    publication: Publication, folder: BuildFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.publish(1)
    publication.publish(2)
    builds = tmp_path / "main" / "builds"

    def free_bytes() -> int:
        return BUILD_BYTES * 2 if [path.name for path in builds.iterdir()] == ["2"] else 0

    monkeypatch.setattr(folder, "free_bytes", free_bytes)
    publication.publish(3)
    assert publication.revision == 3


def test_a_build_that_has_gone_is_made_again_without_a_restart(
    publication: Publication, folder: BuildFolder, clock: FakeClock, tmp_path: Path
) -> None:
    publication.publish(3)
    clock.advance(LOOK_SECONDS)
    assert publication.revision == 3
    (tmp_path / "main" / "builds" / "3" / "passages.jsonl").unlink()
    assert publication.revision == 3
    clock.advance(LOOK_SECONDS)
    assert publication.revision == 0
    publication.publish(3)
    assert publication.revision == 3
    assert len(published(folder)) == 2
