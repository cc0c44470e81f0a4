"""Every decision stands in the index, once, under its own number."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs/decisions"


def test_the_index_lists_every_decision_in_order() -> None:
    listed = re.findall(
        r"^\| (\d+) \| \[[^\]]+\]\(([^)]+)\)", (FOLDER / "README.md").read_text(), re.MULTILINE
    )
    assert [name for _, name in listed] == sorted(path.name for path in FOLDER.glob("[0-9]*.md"))
    assert [int(number) for number, _ in listed] == [int(name[:4]) for _, name in listed]


def test_no_two_decisions_have_one_number() -> None:
    numbers = [path.name[:4] for path in FOLDER.glob("[0-9]*.md")]
    assert len(set(numbers)) == len(numbers)
