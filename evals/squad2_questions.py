"""Questions of SQuAD 2.0 in the form in which the whole product is asked and judged."""

from __future__ import annotations

import re
from pathlib import Path

from evals.corpora import SQUAD2
from evals.question_set import Question
from evals.squad2 import SquadQuestion, squad_questions

_NO_WORD = re.compile(r"\W+")


def squad2_as_questions(folder: Path = SQUAD2.folder) -> tuple[Question, ...]:
    """Returns the held-out questions, answerable ones and near misses.

    A right answer holds one of the answers, whatever stands between their words, and cites their passage.

    Args:
        folder: SQuAD 2.0 as in its README.
    """
    half = squad_questions(folder, None)["held_out"]
    return tuple(_as_question(question) for question in half.all)


def _as_question(question: SquadQuestion) -> Question:
    if not question.answers:
        return Question(question.text, "near_miss")
    answers = "|".join(filter(None, map(_spelt, question.answers)))
    return Question(
        question.text, sources=(f"{question.document}.",), right=(rf"(?:^|\W)(?:{answers})(?:\W|$)",)
    )


def _spelt(answer: str) -> str:
    return r"\W+".join(re.escape(word) for word in _NO_WORD.split(answer) if word)
