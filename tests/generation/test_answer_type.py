"""What a question asks for, and which sentences name such a thing."""

from __future__ import annotations

import pytest

from services.generation.answer_type import AnswerType, asked_for, names_one


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When does leave expire?", "time"),
        ("In which year was it founded?", "time"),
        ("How many days of leave do I get?", "duration"),
        ("What is the default port?", "number"),
        ("Who approves overtime?", "person"),
        ("Where is the office?", "place"),
        ("Show me an example of a query", "code"),
        ("How do I request leave?", "procedure"),
        ("What is comp time?", "definition"),
        ("jury duty leave", "other"),
    ],
)
def test_questions_ask_for_something(question: str, kind: AnswerType) -> None:
    assert asked_for(question) == kind


@pytest.mark.parametrize(
    ("kind", "sentence", "value"),
    [
        ("duration", "It expires one year after it is issued.", 1.0),
        ("duration", "Ask at least fourteen days before.", 1.0),
        ("duration", "You get twenty-five working days.", 1.0),
        ("duration", "Ask your manager.", 0.0),
        ("time", "Ask your manager.", 0.0),
        ("number", "You get thirty-two or 30 days.", 1.0),
        ("number", "There is no maximum.", 1.0),
        ("number", "Ask your manager.", 0.0),
        ("person", "The form goes to Maria Smith.", 1.0),
        ("person", "The form goes to them.", 0.0),
        ("procedure", "Fill in the form.", 0.5),
    ],
)
def test_sentences_name_it_or_not(kind: AnswerType, sentence: str, value: float) -> None:
    assert names_one(kind, sentence, "irrelevant") == value


def test_a_name_from_the_question_is_no_answer() -> None:
    assert names_one("person", "The book by Rollo.", "Who was Rollo?") == 0.0
