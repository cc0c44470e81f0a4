"""`causeway manifest`: what its options mean."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.recorded import Commands

ROOT = Path(__file__).resolve().parents[2]


def test_the_projects_own_manifests_validate_from_its_folder(commands: Commands) -> None:
    commands.patch.chdir(ROOT)

    assert "demo" in json.loads(commands.run("manifest validate --json").output)["manifests"]


def test_a_folder_that_does_not_validate_ends_with_1(commands: Commands, tmp_path: Path) -> None:
    assert "do not validate" in commands.run(f"manifest validate {tmp_path}", code=1).output


def test_the_named_tenants_manifest_is_shown(commands: Commands) -> None:
    work = commands.record("cli.manifests.show")

    commands.run("manifest show --tenant acme --json")

    assert work.calls == [(("acme",), {"as_json": True})]
