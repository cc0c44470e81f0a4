"""What is left of turns that nobody sees any more."""

from __future__ import annotations

import time

import pytest

from services.generation.context import count_tokens
from services.generation.conversations.summary import SUMMARY_TOKENS, extend
from tests.generation.conversations.example_conversations import turn

ASKED = (
    turn(
        1,
        standalone="How do I deploy the payment service to staging?",
        answer="Use the deploy command of the Payment Portal with `deploy.yaml` [1].",
    ),
    turn(2, standalone="Who approves a deployment?", answer="In practice Maria Lopez approves it [2]."),
)


def test_it_says_what_was_asked_about_what_naming_what() -> None:
    asked, topics, names = extend("", ASKED).splitlines()
    assert (
        asked == "Asked before: How do I deploy the payment service to staging?; Who approves a deployment?"
    )
    assert topics.startswith("Topics: ")
    assert {"deploy", "payment", "staging", "approves"} <= set(topics.removeprefix("Topics: ").split("; "))
    assert {"deploy.yaml", "Maria Lopez", "Payment Portal"} <= set(names.removeprefix("Names: ").split("; "))


def test_it_grows_turn_by_turn_to_the_same_questions() -> None:
    by_one = extend(extend("", ASKED[:1]), ASKED[1:])
    assert by_one.splitlines()[0] == extend("", ASKED).splitlines()[0]
    assert all(name in by_one for name in ("Maria Lopez", "deploy.yaml"))


def test_nothing_new_leaves_it_as_it_is() -> None:
    assert extend("", ()) == ""
    assert extend("Minutes of a model.", ()) == "Minutes of a model."


def test_what_a_model_wrote_before_stays_in_front() -> None:
    longer = extend("The reader moves the shop to staging.", ASKED)
    assert longer.splitlines()[0] == "The reader moves the shop to staging."
    assert extend(longer, (turn(3, standalone="And production?"),)).count("The reader moves") == 1


@pytest.mark.parametrize("said", ["", "A sentence of a model. " * 300])
def test_it_never_outgrows_its_room_and_keeps_what_is_new(said: str) -> None:
    summary = said
    for number in range(200):
        summary = extend(
            summary, (turn(number, standalone=f"Where is part {number} of the handbook " + "x" * 150),)
        )
    assert count_tokens(summary) <= SUMMARY_TOKENS
    assert "part 199" in summary
    assert "part 0 " not in summary


def test_hostile_text_takes_no_long_time() -> None:
    began = time.process_time()
    for text in ("a" * 20_000, "a_" * 10_000, "A" * 20_000, "`" * 20_000, "aA" * 10_000, "A-" * 10_000):
        extend("", (turn(1, standalone=text, answer=text),))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("language", "question"),
    [("de", "Wann gibt es Tee?"), ("ja", "お茶は何時ですか"), ("zh", "什么时候喝茶")],
)
def test_it_works_in_other_languages(language: str, question: str) -> None:
    assert question in extend("", (turn(1, standalone=question, answer="", language=language),))
