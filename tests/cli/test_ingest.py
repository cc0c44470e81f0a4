"""Reading the places of an ingest together."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.folder import read_folder
from cli.ingest import _joined
from cli.ingest_targets import Asked, targets_of
from cli.output import CommandMisused


def test_two_folders_with_one_path_are_not_mixed_up(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(name)
    places = [str(tmp_path / "x"), str(tmp_path / "y")]
    readings = [read_folder(Path(place)) for place in places]

    with pytest.raises(CommandMisused, match=r"both hold a\.md"):
        _joined(targets_of(places, Asked(source_id="all")), readings)


def test_a_file_named_beside_its_folder_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "b.md").write_text("x")
    targets = targets_of([str(tmp_path), str(tmp_path / "a.md")], Asked())

    joined = _joined(targets, [read_folder(tmp_path), read_folder(tmp_path, ("/a.md",))])

    assert [d.uri for d in joined.documents] == ["a.md", "b.md"]
