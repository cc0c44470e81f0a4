"""What names nothing is asked back, and the reply is understood."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from libs.common.deadline import Deadline
from services.generation.clarify import (
    alternatives,
    answered,
    clarification,
    must_ask_back,
    titled,
    unclear,
)
from services.generation.language import language_of
from services.generation.memory import Memory, PastTurn
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.generation.examples import ANA, manifest, passage, question

FOUND = [
    passage(title="Leave", heading_path=("Leave",)),
    passage(title="Travel", heading_path=()),
    passage(title="Leave", heading_path=("Leave", "Sick leave")),
    passage(title="FAQ", heading_path=("FAQ", "Staging server")),
]
ASKED = PastTurn(
    "q_1", "How long does it take?", "", clarification(FOUND, "en"), "clarify", datetime.now(UTC)
)


@pytest.mark.parametrize(
    "text",
    ["How do I set it up?", "Who approves it?", "How do I change it?", "What is the default?",
     "Does it work with that?", "How do I do that?", "Wie lange dauert das?", "¿Cuánto cuesta?"],
)  # fmt: skip
def test_what_names_nothing_is_unclear(text: str) -> None:
    assert unclear(text, language_of(text))


@pytest.mark.parametrize(
    "text",
    ["What are sandboxes?", "How long does it take to get a passport?", "How do I reset my password?",
     "VPN?", "Wie beantrage ich Urlaub?", "Is it possible to deploy with Docker?", "",
     "How do I set up the printer so that it scans to e-mail?"],
)  # fmt: skip
def test_what_names_something_is_not(text: str) -> None:
    assert not unclear(text, language_of(text))


def test_a_thing_that_nobody_mentioned_is_unclear_in_a_conversation_too() -> None:
    before = PastTurn("q_1", "How do I apply?", "", "With the leave form.", "stop", datetime.now(UTC))
    assert unclear("Does this superior court publish a list of judges?", "en")
    assert unclear("Who designed this burger and what is its secret?", "en", Memory((before,)))
    assert not unclear("Where do I send this form and its copies?", "en", Memory((before,)))
    assert not unclear("Who approves it?", "en", Memory((before,)))


@pytest.mark.parametrize(
    "text", ["What happens to leave this year?", "Is this intended for professionals only?"]
)
def test_this_may_need_no_conversation(text: str) -> None:
    before = PastTurn("q_1", "How do I apply?", "", "With the leave form.", "stop", datetime.now(UTC))
    assert not unclear(text, "en", Memory((before,)))


def test_a_section_of_that_name_is_meant() -> None:
    assert unclear("Limits?", "en")
    assert titled("Limits?", [passage(title="Accounts", heading_path=("Accounts", "Limits"))], "en")
    assert not titled("Limits?", [passage(title="Accounts", heading_path=("Accounts",))], "en")
    assert not titled("", [passage(title="", heading_path=())], "en")


def test_a_greeting_before_it_is_no_conversation() -> None:
    hello = PastTurn("q_1", "Bonjour", "", "Bonjour !", "stop", datetime.now(UTC))
    assert unclear("Qui approuve ça ?", "fr", Memory((hello,)))


def test_the_alternatives_are_the_documents() -> None:
    assert alternatives(FOUND) == ("Leave", "Travel", "Staging server (FAQ)")
    assert "1. Leave\n2. Travel\n3. Staging server (FAQ)" in clarification(FOUND, "de")
    assert clarification(FOUND, "de").startswith("Das kann Verschiedenes bedeuten.")


def test_within_one_document_they_are_its_headings() -> None:
    found = [passage(heading_path=("Meals", "Tea")), passage(heading_path=("Meals", "Coffee"))]
    assert alternatives(found) == ("Tea (House rules)", "Coffee (House rules)")


def test_without_alternatives_the_reader_is_asked_to_name_it() -> None:
    assert clarification([passage(heading_path=())], "en").startswith("I am not sure")
    assert clarification([], "en").startswith("I am not sure")


@pytest.mark.parametrize(
    "reply",
    ["2", "2.", "the second one", "Option 2", "Travel", "the travel one", "der zweite", "第二个", "2番目"],
)
def test_a_reply_picks_an_alternative(reply: str) -> None:
    assert answered(reply, ASKED, language_of(reply)) == "How long does it take? Travel"


def test_the_last_one_is_the_last() -> None:
    assert answered("the last one", ASKED, "en") == "How long does it take? Staging server (FAQ)"
    assert answered("for staging", ASKED, "en") == "How long does it take? Staging server (FAQ)"


def test_another_name_completes_the_question() -> None:
    assert answered("for parental matters", ASKED, "en") == "How long does it take? for parental matters"


def test_a_new_question_is_no_reply() -> None:
    assert answered("How do I configure CORS for a FastAPI application?", ASKED, "en") == ""


def test_a_reader_is_asked_back_once_and_only_where_it_helps() -> None:
    memory = Memory((ASKED,))
    assert must_ask_back(turn("How do I set it up?"), Memory(), 0.4, FOUND)
    assert not must_ask_back(turn("How do I set it up?"), memory, 0.4, FOUND)
    assert not must_ask_back(turn("How do I set it up?", page_title="Printers"), Memory(), 0.4, FOUND)
    assert not must_ask_back(turn("How do I set it up?"), Memory(), 0.9, FOUND)
    assert not must_ask_back(turn("How do I reset my password?"), Memory(), 0.4, FOUND)


def turn(text: str, **changes: object) -> Turn:
    return Turn.of(question(text, **changes), ANA, manifest(), Deadline.after(30.0, FakeClock()))
