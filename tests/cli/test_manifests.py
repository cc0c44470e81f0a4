"""`causeway manifest`: folders are checked to the last problem, and what is served is shown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cli import manifests
from cli.output import CommandFailed
from cli.settings import Settings
from tests.fakes.fake_config import FakeConfig, manifest, message

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "manifests", tmp_path / "manifests"))


def test_a_folder_that_validates_names_the_manifest_of_each_tenant(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifests.validate(folder, "dev", as_json=True)
    served = json.loads(capsys.readouterr().out)["manifests"]
    manifests.validate(folder, "dev", as_json=False)
    said = capsys.readouterr().out

    assert "demo" in served
    assert all(f"✓ {tenant}  {manifest_id}" in said for tenant, manifest_id in served.items())


@pytest.mark.parametrize("as_json", [False, True])
def test_one_that_does_not_names_every_problem(
    folder: Path, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "tenants" / "broken.yaml").write_text("tenant_id: Not A Name\n")
    (folder / "tenants" / "demo.yaml").write_text("[")

    with pytest.raises(CommandFailed, match="do not validate") as caught:
        manifests.validate(folder, "dev", as_json=as_json)

    assert "broken.yaml" in str(caught.value)
    assert "demo.yaml" in str(caught.value)
    assert bool(capsys.readouterr().out) is as_json


async def test_what_is_served_is_shown(
    configured: Settings, config: FakeConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    config.served[""] = message(colour="[red]")
    await manifests.show(configured, "demo", as_json=False)
    said = capsys.readouterr().out
    await manifests.show(configured, "demo", as_json=True)
    document = json.loads(capsys.readouterr().out)

    assert f"{manifest(colour='[red]').manifest_id}  dev@r1" in said
    assert "retrieval_profile  balanced-1" in said
    assert "{'colour': '[red]'}" in said
    assert document["manifest"]["flags"] == {"colour": "[red]"}
    assert document["environment"] == "dev"
