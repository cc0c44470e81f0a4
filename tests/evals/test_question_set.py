"""The questions are what they are meant to be."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from evals.corpora import CORPORA
from evals.question_set import ANSWERABLE, Question, QuestionsUnusable, half_of, load_questions


@pytest.mark.parametrize("name", CORPORA)
def test_the_questions_over_every_corpus_can_be_read(name: str) -> None:
    questions = load_questions(name)
    for question in questions:
        for pattern in (*question.right, *question.wrong):
            re.compile(pattern)


def test_there_are_enough_of_each_kind_in_both_halves() -> None:
    every = [question for name in CORPORA for question in load_questions(name)]
    assert len(every) >= 200
    for half in ("development", "held_out"):
        kinds = Counter(question.kind for question in every if question.half == half)
        assert sum(kinds[kind] for kind in ANSWERABLE) >= 60
        assert kinds["off_topic"] >= 8
        assert kinds["near_miss"] >= 8
        assert min(kinds[kind] for kind in ("follow_up", "language", "ambiguous")) >= 1


def test_the_half_of_a_question_never_changes() -> None:
    assert half_of("How much annual leave do I earn?") == "development"
    assert half_of("What does ATO stand for?") == "held_out"
    assert Question("What does ATO stand for?").half == "held_out"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {kind: off_topic}", "asks nothing"),
        ("- {ask: why, kind: silly, sources: [a], right: [b]}", "kind"),
        ("- {ask: why, colour: red, sources: [a], right: [b]}", "unknown field"),
        ("- {ask: why, sources: [a]}", "right"),
        ("- {ask: why, kind: off_topic, sources: [a], right: [b]}", "right"),
        ("- {ask: why, kind: off_topic}\n- {ask: why, kind: near_miss}", "twice"),
        ("- {", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "some.yaml").write_text(text)
    with pytest.raises(QuestionsUnusable, match=complaint):
        load_questions("some", tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsUnusable, match=r"none\.yaml"):
        load_questions("none", tmp_path)
