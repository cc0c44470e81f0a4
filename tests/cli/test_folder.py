"""Which files of a folder are read, and as what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli import document as documents
from cli.document import Reading
from cli.folder import read_folder
from cli.output import CommandFailed


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")


def uris(reading: Reading) -> list[str]:
    return [document.uri for document in reading.documents]


def reasons(reading: Reading) -> dict[str, str]:
    return {remark.uri: remark.reason for remark in reading.left_out}


def test_documents_are_listed_by_their_path_below_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/page.HTML", "a/notes.txt")

    found = read_folder(tmp_path).documents

    assert [(f.uri, f.content_type, f.size) for f in found] == [
        ("a/notes.txt", "text/plain", 5),
        ("a/page.HTML", "text/html", 5),
        ("b.md", "text/markdown", 5),
    ]
    assert all(f.updated_at.endswith("Z") for f in found)
    assert found[0].read() == b"words"


def test_hidden_files_and_package_folders_are_passed_over_and_other_types_are_named(tmp_path: Path) -> None:
    write(tmp_path, "a.md", ".hidden.md", ".git/b.md", "node_modules/c.md", "picture.png", "Makefile")

    reading = read_folder(tmp_path)

    assert uris(reading) == ["a.md"]
    assert reasons(reading) == {
        "picture.png": ".png files are not read",
        "Makefile": "its name has no suffix that tells its format",
    }
    assert reading.whole


def test_patterns_choose_the_files(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "guide/b.md", "guide/drafts/c.md", "guide/d.png")

    assert uris(read_folder(tmp_path, include=("guide/**",), exclude=("drafts/", "guide/drafts/"))) == [
        "guide/b.md"
    ]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    with pytest.raises(CommandFailed, match="does not exist"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(CommandFailed, match="is no folder"):
        read_folder(tmp_path / "a.md")


def test_a_loop_of_links_does_not_hang(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")

    reading = read_folder(tmp_path)

    assert uris(reading) == ["a.md"]
    assert "link" in reasons(reading)["self.md"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "docs/a.md", "secret.md")
    (tmp_path / "docs" / "link.md").symlink_to(tmp_path / "secret.md")

    reading = read_folder(tmp_path / "docs")

    assert uris(reading) == ["a.md"]
    assert reasons(reading) == {"link.md": "is a link that leads out of the folder"}


def test_a_name_that_is_not_utf_8_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text("words")

    reading = read_folder(tmp_path)

    assert uris(reading) == ["a.md"]
    assert "not UTF-8" in next(iter(reasons(reading).values()))


def test_a_file_that_is_too_large_or_no_regular_file_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    with (tmp_path / "large.md").open("wb") as file:
        file.truncate(documents.MAX_BYTES + 1)

    reading = read_folder(tmp_path)

    assert uris(reading) == ["a.md"]
    assert reasons(reading) == {"large.md": "is larger than 50 MiB", "pipe.md": "is not a regular file"}


def test_a_folder_that_cannot_be_read_makes_the_reading_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md", "shut/b.md")
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)

    reading = read_folder(tmp_path)

    assert uris(reading) == ["a.md"]
    assert [(f.uri, f.reason) for f in reading.faults] == [("shut", "cannot be read (Permission denied)")]
    assert not reading.whole
