"""The manifest check of the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def validate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.config.validate", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_the_projects_own_manifests_are_valid() -> None:
    done = validate("manifests", "dev")

    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["problems"] == []
    assert len(report["manifests"]["demo"]) == 64


def test_problems_are_listed_with_file_and_field(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "wild.yaml").write_text("k: 0\n")

    done = validate(str(tmp_path), "dev")

    assert done.returncode == 1
    assert any(p.startswith("profiles/wild.yaml: k:") for p in json.loads(done.stdout)["problems"])


def test_misuse_says_how() -> None:
    assert validate("manifests").returncode == 2
