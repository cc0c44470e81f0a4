"""Judges an answer by what a right one must say and cite."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from evals.question_set import UNANSWERABLE, Question

Verdict = Literal["right", "wrong", "refused", "flagged"]
"""`refused`: an answer was due and there was none; `flagged`: a wrong one that asks for a person's look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question.

    Attributes:
        finish: As in the event `done`.
        text: The answer's words.
        uris: Of the cited documents.
        confidence: As in `done`, 0 to 1.
        needs_review: As in `done`.
        refusal_kind: As in `done`; empty where nothing was refused.
        suggestions: How many questions to go on with came along.
        degradations: As in `done`.
    """

    finish: str
    text: str = ""
    uris: tuple[str, ...] = ()
    confidence: float = 0.0
    needs_review: bool = False
    refusal_kind: str = ""
    suggestions: int = 0
    degradations: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether something was answered."""
        return self.finish in ("stop", "length")


def judge(question: Question, outcome: Outcome) -> Verdict:
    """Returns the verdict on an answer.

    Right is: a refusal where the documents do not answer; a clarifying question where the question is
    ambiguous; else an answer that matches all that it must and nothing that it must not, and cites a document
    that answers.
    """
    if question.kind in UNANSWERABLE:
        right = not outcome.answered
    elif question.kind == "ambiguous":
        right = outcome.finish == "clarify"
    elif not outcome.answered:
        return "refused"
    else:
        right = _says(question, outcome.text) and _cites(question, outcome.uris)
    if right:
        return "right"
    return "flagged" if outcome.needs_review else "wrong"


def _says(question: Question, text: str) -> bool:
    def matches(pattern: str) -> bool:
        return re.search(pattern, text, re.IGNORECASE | re.DOTALL) is not None

    return all(map(matches, question.right)) and not any(map(matches, question.wrong))


def _cites(question: Question, uris: tuple[str, ...]) -> bool:
    return any(source in uri for source in question.sources for uri in uris)
