"""What is said to a message that asks for nothing."""

from __future__ import annotations

from services.generation.replies import better_answered, harm_reply, small_talk_reply
from tests.generation.examples import TEA, passage


def test_a_greeting_names_what_can_be_asked() -> None:
    reply = small_talk_reply(
        "hello", [passage(title="Leave"), passage(title="Travel"), passage(title="Leave")], "de"
    )
    assert reply.startswith("Hallo!")
    assert reply.endswith("„Leave“, „Travel“ fragen.")


def test_thanks_name_nothing() -> None:
    assert "Leave" not in small_talk_reply("thanks", [passage(title="Leave")], "en")


def test_without_documents_there_is_nothing_to_name() -> None:
    assert small_talk_reply("hello", (), "en").startswith("Hello!")


def test_each_harm_has_its_reply() -> None:
    replies = {harm_reply(harm, "en") for harm in ("self_harm", "harm", "instructions")}
    assert len(replies) == 3
    assert "crisis line" in harm_reply("self_harm", "en")


def test_documents_that_answer_it_are_better() -> None:
    assert better_answered("When is tea served?", [passage(TEA, dense=0.8)], "en")
    assert not better_answered("Who are you?", [passage(TEA, dense=0.1)], "en")
