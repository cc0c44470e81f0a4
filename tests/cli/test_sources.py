"""Which files of a folder are read, and as what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.output import CommandFailed
from cli.sources import find_files


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")


def test_documents_are_listed_by_their_path_below_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/page.HTML", "a/notes.txt")

    found = find_files(tmp_path)

    assert [(f.uri, f.content_type) for f in found] == [
        ("a/notes.txt", "text/plain"),
        ("a/page.HTML", "text/html"),
        ("b.md", "text/markdown"),
    ]
    assert all(f.updated_at.endswith("Z") for f in found)


def test_hidden_files_other_types_and_package_folders_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.md", ".hidden.md", ".git/b.md", "node_modules/c.md", "picture.png")

    assert [f.uri for f in find_files(tmp_path)] == ["a.md"]


def test_a_single_file_is_a_source_too(tmp_path: Path) -> None:
    write(tmp_path, "a.md")

    assert [f.uri for f in find_files(tmp_path / "a.md")] == ["a.md"]


def test_a_missing_folder_and_an_empty_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="does not exist"):
        find_files(tmp_path / "nowhere")
    with pytest.raises(CommandFailed, match="holds no"):
        find_files(tmp_path)


def test_a_loop_of_links_does_not_hang(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert [f.uri for f in find_files(tmp_path)] == ["a.md"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "docs/a.md", "secret.md")
    (tmp_path / "docs" / "link.md").symlink_to(tmp_path / "secret.md")

    assert [f.uri for f in find_files(tmp_path / "docs")] == ["a.md"]


def test_a_name_that_is_not_utf_8_is_told_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "a.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text("words")

    assert [f.uri for f in find_files(tmp_path)] == ["a.md"]
    assert "not UTF-8" in capsys.readouterr().err
