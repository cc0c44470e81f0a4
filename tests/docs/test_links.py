"""What the documentation promises is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from cli.__main__ import app
from libs.common.errors import ERRORS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text) if not re.match(r"\w+:", t)]

    missing = [target for target in targets if not (page.parent / target).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_make_targets_that_are_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)`|^(?:[A-Z_]+=\S+ )*make ([a-z-]+)", page.read_text(), re.M
        )
    )

    assert {a or b for a, b in named} <= set(re.findall(r"^([a-z-]+):", makefile, re.M))


def test_commands_that_are_named_exist() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    named = set()
    for page in PAGES:
        named |= set(re.findall(r"(?:\.venv/bin/|`)causeway ([a-z]+)", page.read_text(encoding="utf-8")))

    assert named <= commands


def test_every_error_kind_is_described() -> None:
    table = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([a-z_]+)`", table, re.M)) | {"unauthenticated"} >= set(ERRORS)


def test_the_readme_fits_its_page() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_architecture_fits_its_page_and_names_real_files() -> None:
    text = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    files = re.findall(r"`((?:services|libs|cli|widget|proto|manifests|scripts|tests)/[\w./-]+)`", text)

    assert len(text.splitlines()) <= 200
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_scripts_are_executable() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-s", "scripts", ".ci"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    modes = {line.split("\t")[1]: line.split()[0] for line in listed.splitlines()}

    assert {name for name, mode in modes.items() if not name.endswith(".py") and mode != "100755"} == set()
