"""The suite says what it cannot run."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import squad2_answers
from evals.corpora import Corpus


def test_without_the_questions_it_says_that_it_was_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(squad2_answers, "SQUAD2", Corpus("squad2", tmp_path / "gone"))
    assert f"Not run: squad2: {tmp_path / 'gone'} is not here." in squad2_answers.run(full=False)
