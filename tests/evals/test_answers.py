"""The command says what it cannot run, and is honest about misuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import answers
from evals.corpora import Corpus


def test_what_is_not_here_is_listed_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = Corpus("handbook", tmp_path / "gone")
    monkeypatch.setattr(answers, "CORPORA", {"handbook": gone})
    monkeypatch.setattr(answers, "SQUAD2", Corpus("squad2", tmp_path / "gone too"))
    assert answers.main(["handbook", "squad2", "--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert f"Not run: handbook: {tmp_path / 'gone'} is not here." in printed
    assert f"Not run: squad2: {tmp_path / 'gone too'} is not here." in printed


def test_an_unknown_name_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as misuse:
        answers.main(["novels"])
    assert misuse.value.code == 2
    assert "'novels' is not one of handbook, fastapi, own, squad2" in capsys.readouterr().err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        answers.main(["--help"])
    assert "python -m evals.answers own" in capsys.readouterr().out
