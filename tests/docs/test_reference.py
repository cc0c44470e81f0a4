"""The reference pages say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), "run python -m scripts.reference"
