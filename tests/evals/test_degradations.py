"""Degradations are measured on the running service, over real processes at a tiny size."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import degradations
from evals.degradation_cases import CASES
from evals.judged_set import JudgedSet
from evals.set_index import SetIndex


def test_without_an_index_it_says_so_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(degradations, "SETS", {"gone": JudgedSet("gone", tmp_path / "gone")})
    assert degradations.main(["--folder", str(tmp_path)]) == 0
    assert "Not run" in capsys.readouterr().out


@pytest.mark.process
@pytest.mark.timeout(400)
def test_each_case_is_what_its_responses_say(
    small_index: SetIndex,
    small_set: JudgedSet,
    indexes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(degradations, "SETS", {"small": small_set})
    chosen = [case for case in CASES if case.variant in ("level-3", "no-words") or case is CASES[0]]
    monkeypatch.setattr(degradations, "CASES", chosen)
    size = ["--rate", "10", "--seconds", "1", "--rounds", "1", "--folder", str(indexes)]

    code = degradations.main(size)

    captured = capsys.readouterr()
    assert code == 0, captured.err
    assert "failed" not in captured.out
    named = {
        cells[1].strip(): cells[-2].strip()
        for cells in (line.split("|") for line in captured.out.splitlines() if line.startswith("| "))
    }
    assert named["level 0: nothing"] == "–"
    assert named["level 3: half of all, new vectors"] == "`cached_vectors`, `reduced_k`"
    assert named["keywords lost"] == "`keyword_search`"
