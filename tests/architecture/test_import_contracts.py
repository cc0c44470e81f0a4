"""The import contracts hold, and each fires on a planted import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("edge_gateway", "retrieval", "generation", "config", "insights")
PACKAGES = ("libs", "libs/common", "libs/embedding", "cli", "services", *(f"services/{s}" for s in SERVICES))


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An empty house with the project's contracts."""
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for package in PACKAGES:
        (tmp_path / package).mkdir(exist_ok=True)
        (tmp_path / package / "__init__.py").write_text("")
    for name in ("sqlite_database", "postgres_database"):
        (tmp_path / f"libs/common/{name}.py").write_text("")
    return tmp_path


def test_the_project_keeps_its_contracts() -> None:
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout


def test_an_empty_house_keeps_them(house: Path) -> None:
    done = lint(house)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("services/edge_gateway/planted.py", "services.generation"),
        ("services/generation/planted.py", "services.retrieval"),
        ("libs/common/planted.py", "services.config"),
        ("libs/common/planted.py", "cli"),
        ("cli/planted.py", "services.retrieval"),
        ("services/edge_gateway/planted.py", "litellm"),
        ("services/edge_gateway/planted.py", "qdrant_client"),
        ("services/edge_gateway/planted.py", "onnxruntime"),
        ("services/edge_gateway/planted.py", "sqlite3"),
        ("services/edge_gateway/planted.py", "libs.embedding"),
    ],
)
def test_a_planted_import_breaks_one(house: Path, module: str, imported: str) -> None:
    (house / module).write_text(f"import {imported}\n")

    done = lint(house)

    assert done.returncode == 1
    assert "BROKEN" in done.stdout
