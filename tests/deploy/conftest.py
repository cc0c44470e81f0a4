"""A copy of deploy/ to plant faults in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Plant = Callable[[str, str, str], Path]
"""Replaces a text once in a file below deploy/ of a copy; returns the copy's root."""


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / ".dockerignore", tmp_path / ".dockerignore")

    def replace(file: str, old: str, new: str) -> Path:
        path = tmp_path / "deploy" / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} does not hold what is to be replaced: {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path

    return replace
