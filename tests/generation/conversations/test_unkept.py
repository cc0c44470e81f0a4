"""Conversations that are known only while they run."""

from __future__ import annotations

from services.generation.conversations.unkept import IDLE_SECONDS, UnkeptConversations
from tests.fakes.fake_clock import FakeClock
from tests.generation.conversations.example_conversations import ANA, BOB, turn


def test_turns_come_back_in_their_order_to_their_owner() -> None:
    unkept = UnkeptConversations(FakeClock())
    for number in (1, 2):
        unkept.add(ANA, "c_1", turn(number))
    assert unkept.turns(ANA, "c_1") == (turn(1), turn(2))
    assert unkept.turns(BOB, "c_1") == unkept.turns(ANA, "c_2") == ()


def test_the_oldest_turns_leave_a_long_conversation() -> None:
    unkept = UnkeptConversations(FakeClock(), turns=3)
    for number in range(1, 6):
        unkept.add(ANA, "c_1", turn(number))
    assert [one.query_id for one in unkept.turns(ANA, "c_1")] == [turn(n).query_id for n in (3, 4, 5)]


def test_a_conversation_that_rests_is_forgotten() -> None:
    clock = FakeClock()
    unkept = UnkeptConversations(clock)
    unkept.add(ANA, "c_1", turn(1))
    clock.advance(IDLE_SECONDS - 1)
    assert unkept.turns(ANA, "c_1")
    clock.advance(2)
    assert not unkept.turns(ANA, "c_1")


def test_of_too_many_the_one_that_rests_longest_is_forgotten() -> None:
    unkept = UnkeptConversations(FakeClock(), conversations=2)
    for number, key in enumerate(("c_1", "c_2", "c_1", "c_3")):
        unkept.add(ANA, key, turn(number))
    assert [bool(unkept.turns(ANA, key)) for key in ("c_1", "c_2", "c_3")] == [True, False, True]


def test_what_is_deleted_is_forgotten_at_once() -> None:
    unkept = UnkeptConversations(FakeClock())
    unkept.add(ANA, "c_1", turn(1))
    unkept.forget(ANA, "c_1")
    unkept.forget(ANA, "c_1")
    assert unkept.turns(ANA, "c_1") == ()
