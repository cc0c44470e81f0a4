"""The step that knows the conversation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from services.generation.events import Delta, Done, Notice, Timings, Usage
from services.generation.remember import keep, remember
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.conversations.example_conversations import ANA, BEGAN, entry
from tests.generation.examples import making

DONE = Done("stop", "m", 0.9, False, "", (), Usage(), Timings(), ())


async def test_what_one_answer_leaves_the_next_one_knows(executor: ThreadPoolExecutor) -> None:
    first = making(executor, ScriptedSearcher())
    first.log.append(Delta("At four."))
    first.log.append(DONE)
    keep(first, "When is tea served at Acme?", BEGAN)
    memory = await remember(first)
    assert [(past.question, past.standalone, past.answer) for past in memory.turns] == [
        ("When is tea served?", "When is tea served at Acme?", "At four.")
    ]
    assert first.log.events[-1] == DONE


async def test_a_reader_is_told_once_that_the_beginning_is_only_summed_up(
    executor: ThreadPoolExecutor,
) -> None:
    made = making(executor, ScriptedSearcher())
    kept = made.tools.recollection._conversations
    kept.add([entry(number, ANA, answer="tea " * 3000) for number in range(1, 12)])
    memory = await remember(made)
    assert (len(memory.turns), bool(memory.summary)) == (10, True)
    (notice,) = made.log.events
    assert isinstance(notice, Notice)
    assert notice.code == "conversation_trimmed"
    kept.add([entry(12, ANA, answer="tea " * 3000)])
    await remember(made)
    assert len(made.log.events) == 1
