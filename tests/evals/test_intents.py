"""Counting what was told right."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import intents
from evals.intents import Told, counted

TOLD = (
    Told("development", due=True, told=True),
    Told("development", due=True, told=False),
    Told("development", due=False, told=True),
    Told("held_out", due=False, told=False),
)


def test_each_half_is_counted_by_itself() -> None:
    assert counted("development", TOLD) == (2, 1, 1, 1)
    assert counted("held_out", TOLD) == (0, 1, 0, 0)


def test_what_is_not_here_is_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(intents, "CLINC", tmp_path / "clinc.jsonl")
    assert "Not run:" in intents.run(False)


@pytest.mark.skipif(not intents.CLINC.exists(), reason="CLINC150 is not here")
def test_small_talk_is_never_seen_where_something_is_asked() -> None:
    told = intents._small_talk()
    for half in ("development", "held_out"):
        due, _, hit, false = counted(half, told)
        assert false <= 1
        assert hit > due / 2


@pytest.mark.skipif(not intents.DIRECT.exists(), reason="the red team's prompts are not here")
def test_harm_is_never_seen_in_documentation() -> None:
    told = intents._unsafe()
    assert sum(each.told for each in told if not each.due) == 0
    assert all(each.told for each in told if each.due)
