"""A folder as it is on disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.config import manifest_folder
from services.config.manifest_folder import fingerprint, read_folder


def test_the_texts_come_by_path(minimal: Path) -> None:
    content = read_folder(minimal)
    assert content.problems == ()
    assert content.texts["models/m-1.yaml"] == "chain:\n  - kind: extractive\n"
    assert len(content.revision) == 64


def test_what_editors_and_version_control_leave_is_not_read(minimal: Path) -> None:
    before = read_folder(minimal)
    (minimal / "models" / ".m-1.yaml.swp").write_bytes(b"\xff")
    (minimal / "models" / "m-1.yaml~").write_text("old")
    (minimal / ".git").mkdir()
    (minimal / ".git" / "config").write_text("x")
    (minimal / "README.md").write_text("x")
    assert read_folder(minimal) == before


def test_moving_text_from_one_file_to_another_changes_the_revision(minimal: Path) -> None:
    before = read_folder(minimal).revision
    (minimal / "profiles" / "r-1.yaml").rename(minimal / "profiles" / "r-2.yaml")
    assert read_folder(minimal).revision != before


def test_a_byte_order_mark_is_no_part_of_the_text(minimal: Path) -> None:
    (minimal / "policies" / "g-1.yaml").write_bytes(b"\xef\xbb\xbfk: 1\n")
    assert read_folder(minimal).texts["policies/g-1.yaml"] == "k: 1\n"


def test_too_many_files_are_a_problem_and_not_a_wait(minimal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_folder, "MAX_FILES", 3)
    content = read_folder(minimal)
    assert len(content.texts) == 3
    assert [problem.wrong for problem in content.problems] == ["comes after 3 other files"]


def _touch(root: Path) -> None:
    path = root / "profiles" / "r-1.yaml"
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))


def _replace_in_place(root: Path) -> None:
    path = root / "profiles" / "r-1.yaml"
    status = path.stat()
    other = path.with_name("other")
    other.write_text("k: 9\n")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize(
    "change",
    [
        _touch,
        _replace_in_place,
        lambda root: (root / "profiles" / "r-2.yaml").write_text("k: 8\n"),
        lambda root: (root / "profiles" / "r-1.yaml").unlink(),
        lambda root: (root / "profiles" / "r-1.yaml").rename(root / "profiles" / "r-2.yaml"),
        lambda root: (root / "profiles").rename(root / "gone"),
    ],
    ids=["touched", "replaced with the same size and time", "added", "deleted", "renamed", "folder gone"],
)
def test_the_fingerprint_changes_whenever_the_content_may_have(
    minimal: Path, change: Callable[[Path], object]
) -> None:
    before = fingerprint(minimal)
    assert fingerprint(minimal) == before
    change(minimal)
    assert fingerprint(minimal) != before


def test_a_folder_that_is_not_there_has_an_empty_fingerprint(tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "nowhere") == frozenset()


def test_a_dangling_link_has_a_fingerprint(minimal: Path) -> None:
    (minimal / "models" / "m-2.yaml").symlink_to("nowhere")
    assert ("models/m-2.yaml", 0, 0, 0) in fingerprint(minimal)
