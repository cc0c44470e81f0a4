"""`causeway answers`: whose file is edited, and who approves."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.recorded import Commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A manifest folder with two tenants."""
    for name in ("demo", "acme"):
        file = tmp_path / "manifests" / "tenants" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"tenant_id: {name}\nname: {name}\n")
    return tmp_path / "manifests"


def answers(folder: Path, tenant: str) -> list[dict[str, Any]]:
    found = yaml.safe_load((folder / "curated" / f"{tenant}.yaml").read_text())
    return list(found["answers"])


def add(commands: Commands, folder: Path, *more: str) -> None:
    commands.run(["answers", "add", "When is tea?", "--answer", "At four.", "--folder", str(folder), *more])


def test_the_file_of_the_named_tenant_is_edited(commands: Commands, folder: Path) -> None:
    add(commands, folder, "--tenant", "acme", "--id", "tea", "--language", "de")

    (answer,) = answers(folder, "acme")
    assert (answer["id"], answer["language"]) == ("tea", "de")
    assert not (folder / "curated" / "demo.yaml").exists()


def test_whoever_runs_the_command_approves_unless_somebody_is_named(commands: Commands, folder: Path) -> None:
    for name in ("mine", "hers"):
        add(commands, folder, "--id", name)
    commands.run(["answers", "approve", "mine", "--folder", str(folder)])
    commands.run(["answers", "approve", "hers", "--by", "Ana", "--folder", str(folder)])

    assert [answer["approved_by"] for answer in answers(folder, "demo")] == [getpass.getuser(), "Ana"]


@pytest.mark.parametrize("line", ["add", "add question", "approve", "expire"])
def test_misuse_ends_with_2(commands: Commands, line: str) -> None:
    commands.run(f"answers {line}", code=2)
