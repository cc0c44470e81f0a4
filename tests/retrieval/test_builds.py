"""Builds are published whole or not at all, and old ones go."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.retrieval.build import Build, BuildRefused, Pointer
from services.retrieval.builds import BuildFolder


@pytest.fixture
def folder(tmp_path: Path) -> BuildFolder:
    return BuildFolder(tmp_path, "main")


def make(folder: BuildFolder, revision: int, content: str = "content") -> Build:
    (folder.begin(revision) / "data").write_text(content)
    return folder.seal(revision, "fake-1", {"acme": 1})


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "main" / "builds").iterdir())


def test_nothing_is_published_at_first(folder: BuildFolder) -> None:
    assert folder.pointer() is None
    assert folder.recover() is None


def test_a_published_build_is_found_through_the_pointer(folder: BuildFolder, tmp_path: Path) -> None:
    build = make(folder, 3)
    assert folder.pointer() is None
    folder.publish(build)
    pointer = folder.pointer()
    assert pointer == build.pointer
    assert folder.open(build.pointer) == build == folder.recover()
    assert build.path == tmp_path / "main" / "builds" / "3"


def test_a_half_made_build_is_never_seen_and_goes_at_the_next_start(
    folder: BuildFolder, tmp_path: Path
) -> None:
    published = make(folder, 1)
    folder.publish(published)
    (folder.begin(2) / "data").write_text("half")
    assert names(tmp_path) == ["1", "2.partial"]
    with pytest.raises(BuildRefused):
        folder.open(Pointer(2, "whatever"))
    assert folder.recover() == published
    assert names(tmp_path) == ["1"]


def test_beginning_again_starts_from_an_empty_folder(folder: BuildFolder) -> None:
    (folder.begin(2) / "left").write_text("over")
    assert list(folder.begin(2).iterdir()) == []


def test_an_abandoned_build_leaves_nothing(folder: BuildFolder, tmp_path: Path) -> None:
    folder.begin(2)
    folder.abandon(2)
    assert names(tmp_path) == []


def test_a_published_build_that_is_damaged_has_to_be_built_again(folder: BuildFolder) -> None:
    build = make(folder, 1)
    folder.publish(build)
    (build.path / "data").write_text("contenT")
    assert folder.recover() is None
    again = make(folder, 1)
    folder.publish(again)
    assert folder.recover() == again


def test_a_build_made_again_under_the_same_revision_has_another_name(folder: BuildFolder) -> None:
    first = make(folder, 1, "first")
    folder.publish(first)
    second = make(folder, 1, "second")
    with pytest.raises(BuildRefused, match="not the one that was published"):
        folder.open(first.pointer)
    folder.publish(second)
    assert folder.pointer() == second.pointer != first.pointer


@pytest.mark.parametrize("content", ["", "{", "[]", '{"revision": 1}', '{"revision": "x", "digest": "y"}'])
def test_a_damaged_pointer_is_refused(folder: BuildFolder, tmp_path: Path, content: str) -> None:
    folder.publish(make(folder, 1))
    (tmp_path / "main" / "current.json").write_text(content)
    with pytest.raises(BuildRefused):
        folder.pointer()
    assert folder.recover() is None


def test_pruning_keeps_the_two_newest_and_the_published_one(folder: BuildFolder, tmp_path: Path) -> None:
    builds = [make(folder, revision) for revision in (2, 9, 10, 11)]
    folder.publish(builds[0])
    folder.prune()
    assert names(tmp_path) == ["10", "11", "2"]
    folder.publish(builds[3])
    folder.prune()
    assert names(tmp_path) == ["10", "11"]


def test_pruning_removes_nothing_while_the_pointer_is_damaged(folder: BuildFolder, tmp_path: Path) -> None:
    for revision in (1, 2, 3):
        folder.publish(make(folder, revision))
    (tmp_path / "main" / "current.json").write_text("{")
    folder.prune()
    assert names(tmp_path) == ["1", "2", "3"]


def test_versions_live_beside_each_other(tmp_path: Path) -> None:
    main, other = BuildFolder(tmp_path, "main"), BuildFolder(tmp_path, "2026-02")
    main.publish(make(main, 1))
    assert other.pointer() is None
