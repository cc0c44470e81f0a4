"""`causeway snapshot` overwrites nothing unasked: neither a file nor an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.recorded import Commands


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.snapshot"
    path.write_bytes(b"kept")
    return path


def test_a_new_file_is_written(commands: Commands, tmp_path: Path) -> None:
    work = commands.record("cli.snapshots.create")

    commands.run(f"snapshot create {tmp_path / 'new'} --tenant acme --json")

    assert work.calls == [(("acme", tmp_path / "new"), {"as_json": True})]


def test_a_file_that_is_there_is_replaced_only_by_force(commands: Commands, file: Path) -> None:
    work = commands.record("cli.snapshots.create")

    refused = commands.run(f"snapshot create {file}", code=1)
    assert "--force" in refused.output
    assert work.calls == []
    commands.run(f"snapshot create {file} --force")
    assert len(work.calls) == 1


@pytest.mark.parametrize(("matches", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_says_whether_it_matches(
    commands: Commands, file: Path, matches: bool, code: int
) -> None:
    work = commands.record("cli.snapshots.verify", matches)

    commands.run(f"snapshot verify {file}", code=code)

    assert work.calls == [(("demo", file), {"as_json": False})]


@pytest.mark.parametrize("command", ["verify", "restore --yes"])
def test_a_file_that_is_not_there_is_misuse(commands: Commands, tmp_path: Path, command: str) -> None:
    commands.run(f"snapshot {command} {tmp_path / 'none'}", code=2)


@pytest.mark.parametrize("given", ["n\n", "\n"])
def test_an_index_is_not_replaced_without_a_yes(commands: Commands, file: Path, given: str) -> None:
    work = commands.record("cli.snapshots.restore")

    refused = commands.run(f"snapshot restore {file} --tenant acme", code=1, given=given)

    assert "Replace everything that acme has indexed?" in refused.output
    assert "Nothing was changed." in refused.output
    assert work.calls == []


@pytest.mark.parametrize(("option", "given"), [("", "y\n"), ("--yes", "")])
def test_it_is_replaced_with_one(commands: Commands, file: Path, option: str, given: str) -> None:
    work = commands.record("cli.snapshots.restore")

    commands.run(f"snapshot restore {file} {option}", given=given)

    assert work.calls == [(("demo", file), {"as_json": False})]
