"""The fresh reader's questions, and how they are reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evals import reader, visitor
from evals.corpora import Corpus
from evals.judgement import Outcome
from evals.question_set import Question, load_questions


def test_there_are_sixty_of_every_kind_over_both_corpora_and_none_was_asked_before() -> None:
    asked: list[Question] = []
    for corpus, name in reader.QUESTIONS.items():
        questions = load_questions(name)
        kinds = Counter(question.kind for question in questions)
        assert len(questions) == 30
        assert kinds.keys() == {
            "answerable", "paraphrase", "follow_up", "ambiguous", "off_topic", "near_miss", "language",
        }  # fmt: skip
        known = {question.ask for question in load_questions(corpus)}
        assert known.isdisjoint(question.ask for question in questions)
        asked += questions
    assert len({question.ask for question in asked}) == 60
    assert all(bool(question.after) == (question.kind == "follow_up") for question in asked)


def _scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product that refuses everything."""

    @contextmanager
    def running(corpus: Corpus, folder: Path) -> Iterator[str]:
        yield corpus.name

    async def outcomes(settings: Any, questions: list[Question]) -> list[Outcome]:
        return [Outcome("refusal", refusal_kind="off_topic") for _ in questions]

    monkeypatch.setattr(reader, "running", running)
    monkeypatch.setattr(visitor, "outcomes", outcomes)


def test_the_table_has_a_line_a_kind_and_says_what_was_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _scripted(monkeypatch)
    printed = reader.report([Corpus("handbook", tmp_path), Corpus("fastapi", tmp_path / "none")], "")
    assert "Written by the extractive answerer." in printed
    assert "| off topic | 3 of 3 (100.0 %) | 3 of 3 (100.0 %) |" in printed
    assert "| answerable | 0 of 14 (0.0 %), 14 refused |" in printed
    assert "- handbook, follow_up, refused: Can I use it for adopting a child?" in printed
    assert "Not run: fastapi:" in printed
    assert "CAUSEWAY_MODEL names none" in printed


def test_with_a_model_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _scripted(monkeypatch)
    printed = reader.report([Corpus("handbook", tmp_path), Corpus("fastapi", tmp_path)], "openai/x")
    assert "Written by openai/x." in printed
    assert "Not run" not in printed
