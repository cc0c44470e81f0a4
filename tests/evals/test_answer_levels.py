"""What levels cost answers, measured on the whole product at a tiny size."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import answer_levels
from evals.answer_levels import LEVELS, questions_of
from evals.corpora import CORPORA, Corpus
from evals.question_set import Question
from tests.e2e.stack import MODELS

DOCUMENT = """# Leave

## Parental leave

Employees take sixteen weeks of paid parental leave after the birth of a child. The leave begins on the day of the
birth, and the form goes to the people team a month before it.

## Sick leave

Employees who fall ill tell their manager in the morning. A doctor's note is due from the fourth day of sick leave on.
"""
ASKED = (Question("How many weeks of parental leave do I get?", sources=("leave",), right=("sixteen",)),)


def test_a_corpus_that_is_not_here_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(vars(answer_levels), "CORPORA", {"handbook": Corpus("handbook", tmp_path / "gone")})
    assert answer_levels.main(["handbook", "--folder", str(tmp_path)]) == 0
    assert f"Not run: handbook: {tmp_path / 'gone'} is not here." in capsys.readouterr().out


def test_an_unknown_name_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as misuse:
        answer_levels.main(["novels"])
    assert misuse.value.code == 2
    assert "'novels' is not one of handbook, fastapi, own, squad2" in capsys.readouterr().err


def test_a_sample_is_always_the_same_and_never_more_than_there_is() -> None:
    own = CORPORA["own"]
    assert questions_of(own, 7) == questions_of(own, 7)
    assert len(questions_of(own, 7)) == 7
    assert set(questions_of(own, 7)) < set(questions_of(own, None))


@pytest.mark.process
@pytest.mark.timeout(400)
def test_each_level_goes_without_what_the_guide_says(tmp_path: Path) -> None:
    MODELS.mkdir(parents=True, exist_ok=True)
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "models").symlink_to(MODELS, target_is_directory=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "leave.md").write_text(DOCUMENT)

    found = answer_levels.measure(Corpus("small", tmp_path / "docs"), ASKED, tmp_path / "evals")

    assert {level: figures.judged[0].outcome.finish for level, figures in found.items()} == dict.fromkeys(
        LEVELS, "stop"
    )
    named = {level: set(figures.judged[0].outcome.degradations) for level, figures in found.items()}
    assert named == {
        0: set(),
        1: {"suggestions"},
        2: {"suggestions", "short_context"},
        3: {"suggestions", "short_context"},
    }
    assert found[0].judged[0].verdict == "right"
    assert sum(figures.cpu_ms for figures in found.values()) > 0
