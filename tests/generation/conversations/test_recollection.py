"""What an answer knows of its conversation, whatever the database does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from libs.common.caller import Caller, Privacy
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import DependencyUnavailable
from services.generation.conversations.conversation import Owner, Pages
from services.generation.conversations.recollection import LEFT_ALONE_SECONDS, Recollection
from services.generation.events import Delta, Done, Timings, Usage
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_conversations import FakeConversations
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.conversations.example_conversations import ANA as ANA_OWNER
from tests.generation.conversations.example_conversations import BEGAN, entry
from tests.generation.examples import ANA, BOB, manifest, question, recollection, tools

DONE = Done("stop", "m", 0.9, False, "", (), Usage(), Timings(), ())


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def kept(clock: FakeClock) -> FakeConversations:
    return FakeConversations(clock)


def made(kept: FakeConversations, threads: ThreadPoolExecutor, clock: Clock, **rules: bool) -> Recollection:
    return recollection(kept, tools(threads, ScriptedSearcher(), clock).models, threads, clock, **rules)


def asking(text: str = "And for staging?", caller: Caller = ANA, **changes: object) -> Turn:
    return Turn.of(question(text, **changes), caller, manifest(), Deadline.after(30, FakeClock()))


async def test_stored_turns_come_back_oldest_first(
    kept: FakeConversations, threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    kept.add([entry(1), entry(2), entry(3, conversation_id="c_2")])
    recalled = await made(kept, threads, clock).recall(asking())
    assert [(past.question, past.standalone) for past in recalled.memory.turns] == [
        (f"Question {n}?", f"Question {n} about tea?") for n in (1, 2)
    ]
    assert (recalled.memory.turns[0].at.timestamp(), recalled.memory.turns[0].finish) == (BEGAN + 1, "stop")
    assert (recalled.memory.summary, recalled.memory.facts, recalled.trimmed) == ("", (), False)


async def test_a_turn_that_is_not_stored_yet_is_known_already(
    kept: FakeConversations, threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    kept.add([entry(1)])
    known = made(kept, threads, clock)
    known.keep(asking("When is tea?"), "When is tea served?", (Delta("At four."), DONE), BEGAN + 5)
    recalled = await known.recall(asking(query_id="q_" + "b" * 24))
    assert [past.question for past in recalled.memory.turns] == ["Question 1?", "When is tea?"]
    assert recalled.memory.turns[1].standalone == "When is tea served?"
    assert (await known.recall(asking(caller=BOB))).memory.turns == ()


@pytest.mark.parametrize(
    ("caller", "rules"),
    [(replace(ANA, privacy=Privacy(history=False)), {}), (ANA, {"history": False})],
    ids=["visitor", "tenant"],
)
async def test_without_consent_nothing_is_stored_and_the_running_conversation_is_known(
    kept: FakeConversations,
    threads: ThreadPoolExecutor,
    clock: FakeClock,
    caller: Caller,
    rules: dict[str, bool],
) -> None:
    kept.add([entry(1)])
    known = made(kept, threads, clock, **rules)
    known.keep(asking("When is tea?", caller), "", (Delta("At four."), DONE), BEGAN)
    recalled = await known.recall(asking(caller=caller))
    assert [past.question for past in recalled.memory.turns] == ["When is tea?"]
    assert known._writer.waiting(ANA_OWNER, "c_1") == ()
    assert len(kept.kept[ANA_OWNER, "c_1"]) == 1
    known.forget(ANA_OWNER, "c_1")
    assert known.at_hand(asking(caller=caller)).memory.turns == ()


async def test_a_question_of_no_conversation_knows_and_leaves_nothing(
    kept: FakeConversations, threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    known = made(kept, threads, clock)
    known.keep(asking(conversation_id=""), "", (DONE,), BEGAN)
    assert (await known.recall(asking(conversation_id=""))).memory.turns == ()
    assert known._writer.waiting(ANA_OWNER, "") == ()


async def test_a_long_conversation_is_summed_up_even_before_its_summary_is_stored(
    kept: FakeConversations, threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    kept.add([entry(number, answer="tea " * 3000) for number in range(1, 12)])
    known = made(kept, threads, clock)
    recalled = await known.recall(asking())
    assert [past.question for past in recalled.memory.turns] == [f"Question {n}?" for n in range(2, 12)]
    assert "Question 1 about tea?" in recalled.memory.summary
    assert recalled.trimmed
    kept.summarise(ANA_OWNER, "c_1", "They talked about tea.", 1)
    kept.add([entry(12, answer="tea " * 3000)])
    later = await known.recall(asking())
    assert later.memory.summary.startswith("They talked about tea.\nAsked before: Question 2 about tea?")
    assert not later.trimmed


async def test_what_the_visitor_wants_remembered_is_recalled_only_with_consent(
    kept: FakeConversations, threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    willing = replace(ANA, privacy=Privacy(memory=True))
    known = made(kept, threads, clock, memory=True)
    known._facts.learn(ANA_OWNER, "c_0", ["I use the staging cluster"])
    asked = "How do I reach the staging cluster?"
    assert (await known.recall(asking(asked, willing))).memory.facts == ("I use the staging cluster",)
    assert (await known.recall(asking(asked))).memory.facts == ()
    strict = made(kept, threads, clock)
    assert (await strict.recall(asking(asked, willing))).memory.facts == ()


def test_it_learns_only_what_both_allow_and_somebody_asks_for(
    kept: FakeConversations, threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    willing = replace(ANA, privacy=Privacy(memory=True))
    stated = "Remember that I use staging."
    known, closed = made(kept, threads, clock, memory=True), made(kept, threads, clock, memory=False)
    assert known.learns(asking(stated, willing))
    assert not known.learns(asking(stated, ANA))
    assert not known.learns(asking("How do I deploy?", willing))
    assert not closed.learns(asking(stated, willing))


async def test_a_database_that_is_away_is_an_error_and_what_is_at_hand_remains(
    kept: FakeConversations, threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    known = made(kept, threads, clock)
    kept.broken = True
    known.keep(asking("When is tea?"), "", (Delta("At four."), DONE), BEGAN)
    with pytest.raises(DependencyUnavailable):
        await known.recall(asking())
    assert [past.question for past in known.at_hand(asking()).memory.turns] == ["When is tea?"]


class Hanging(FakeConversations):
    """Answers when it is let."""

    asked = 0
    gate = threading.Event()

    def recent(self, owner: Owner, conversation_id: str, limit: int) -> Pages | None:
        self.asked += 1
        assert self.gate.wait(20)
        return super().recent(owner, conversation_id, limit)


async def test_a_database_that_hangs_is_given_up_and_then_left_alone(
    threads: ThreadPoolExecutor, clock: FakeClock
) -> None:
    kept = Hanging(clock)
    known = made(kept, threads, clock)
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        await known.recall(asking())
    for _ in range(20):
        with pytest.raises(TimeoutError):
            await known.recall(asking())
    assert asyncio.get_running_loop().time() - began < 5
    assert kept.asked == 1
    kept.gate.set()
    clock.advance(LEFT_ALONE_SECONDS + 1)
    assert (await known.recall(asking())).memory.turns == ()
