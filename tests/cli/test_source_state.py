"""What is remembered of a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.output import CommandFailed
from cli.source_state import SourceFolder, SourceState


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path, "demo", "handbook")
    state = SourceState("partly", 1.5, 1.0, 0.5, "d", 3, 1, 4, 2, "broken", (("a.md", "gone"),))
    folder.save(state)

    assert folder.load() == state
    assert SourceFolder(tmp_path, "demo", "other").load() == SourceState()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"nonsense": 1}', '{"remarks": 1}', "null"])
def test_a_damaged_state_is_a_new_one(tmp_path: Path, damage: str) -> None:
    folder = SourceFolder(tmp_path, "demo", "handbook")
    folder.save(SourceState(documents=3))
    (folder.path / "state.json").write_text(damage)

    assert folder.load() == SourceState()


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file")

    with pytest.raises(CommandFailed, match="set CAUSEWAY_DATA"), SourceFolder(tmp_path, "demo", "x").held():
        pass


def test_one_reader_at_a_time_and_the_next_one_after_it(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path, "demo", "handbook")

    with folder.held(), pytest.raises(CommandFailed, match="right now"), folder.held():
        pass
    with folder.held():
        pass
