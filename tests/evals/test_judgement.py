"""An answer is right or it is not."""

from __future__ import annotations

import pytest

from evals.judgement import Outcome, Verdict, judge
from evals.question_set import Kind, Question

LEAVE = Question("How much?", sources=("leave.md",), right=("4 hours", "6 hours"), wrong=("sick",))
GOOD = "You get 4 HOURS,\nthen 6 hours. [1]"


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome("stop", GOOD, ("pages/leave.md",)), "right"),
        (Outcome("length", GOOD, ("pages/leave.md",)), "right"),
        (Outcome("stop", GOOD, ("pages/other.md",)), "wrong"),
        (Outcome("stop", "You get 4 hours.", ("pages/leave.md",)), "wrong"),
        (Outcome("stop", GOOD + " Or when sick.", ("pages/leave.md",)), "wrong"),
        (Outcome("stop", "No idea.", ("pages/leave.md",), needs_review=True), "flagged"),
        (Outcome("refusal"), "refused"),
        (Outcome("error"), "refused"),
    ],
)
def test_an_answer_must_say_and_cite_the_right_thing(outcome: Outcome, verdict: Verdict) -> None:
    assert judge(LEAVE, outcome) == verdict


@pytest.mark.parametrize("kind", ["off_topic", "near_miss"])
def test_what_the_documents_do_not_answer_is_to_be_refused(kind: Kind) -> None:
    question = Question("Who?", kind)
    assert judge(question, Outcome("refusal")) == "right"
    assert judge(question, Outcome("stop", "Somebody.")) == "wrong"
    assert judge(question, Outcome("stop", "Somebody.", needs_review=True)) == "flagged"


def test_an_ambiguous_question_is_to_be_clarified() -> None:
    question = Question("Which one?", "ambiguous")
    assert judge(question, Outcome("clarify", "Which do you mean?")) == "right"
    assert judge(question, Outcome("refusal")) == "wrong"
