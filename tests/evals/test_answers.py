"""The suite says what it cannot run, and its command is honest about misuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import answers
from evals.corpora import Corpus


def test_what_is_not_here_is_listed_with_its_reason(tmp_path: Path) -> None:
    gone = [Corpus("handbook", tmp_path / "gone"), Corpus("own", tmp_path / "gone too")]
    said = answers.report(gone, tmp_path)
    assert f"Not run: handbook: {tmp_path / 'gone'} is not here." in said
    assert f"Not run: own: {tmp_path / 'gone too'} is not here." in said


def test_an_unknown_name_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as misuse:
        answers.main(["novels"])
    assert misuse.value.code == 2
    assert "'novels' is not one of handbook, fastapi, own" in capsys.readouterr().err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        answers.main(["--help"])
    assert "python -m evals.answers own" in capsys.readouterr().out
