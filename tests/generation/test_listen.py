"""The conversation is recalled while its question is searched for."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from libs.common.clock import SystemClock
from libs.common.errors import DependencyUnavailable
from services.generation.events import Delta, Done, Notice, Timings, Usage
from services.generation.listen import listen
from services.generation.making import Making
from services.generation.passage import Found
from services.generation.remember import keep
from services.generation.steps import Steps
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.conversations.example_conversations import BEGAN
from tests.generation.examples import making, passage, question

DONE = Done("stop", "m", 0.9, False, "", (), Usage(), Timings(), ())


def steps(made: Making) -> Steps:
    return Steps(made.tools.clock, made.turn.deadline, made.tally.degraded)


def after_german_words(executor: ThreadPoolExecutor, searcher: ScriptedSearcher, text: str) -> Making:
    """An answer in a conversation that began in German."""
    first = making(executor, searcher, asked=question("Wann wird der Tee serviert?"), clock=SystemClock())
    first.log.append(Delta("Um vier."))
    first.log.append(DONE)
    keep(first, "", BEGAN)
    second = making(executor, searcher, asked=question(text, query_id="q_" + "b" * 24), clock=SystemClock())
    return Making(second.turn, first.tools, second.log, second.tally)


async def test_what_was_said_before_is_known_with_what_was_found(executor: ThreadPoolExecutor) -> None:
    made = after_german_words(executor, ScriptedSearcher(passage()), "Und wo?")
    heard, found = await listen(made, steps(made))
    assert [past.question for past in heard.memory.turns] == ["Wann wird der Tee serviert?"]
    assert found.passages == (passage(),)


async def test_what_is_too_short_is_in_the_language_of_the_conversation(executor: ThreadPoolExecutor) -> None:
    made = after_german_words(executor, ScriptedSearcher(passage()), "OK?")
    heard, _ = await listen(made, steps(made))
    assert heard.turn.language == "de"


async def test_a_search_that_went_without_something_is_told(executor: ThreadPoolExecutor) -> None:
    searcher = ScriptedSearcher()
    searcher.found = Found((passage(),), degradations=("dense_search",))
    made = making(executor, searcher, clock=SystemClock())
    await listen(made, steps(made))
    assert made.tally.degradations == ["dense_search"]
    assert [event.code for event in made.log.events if isinstance(event, Notice)] == ["degraded"]


async def test_when_nothing_can_be_found_nothing_goes_on_recalling(executor: ThreadPoolExecutor) -> None:
    searcher = ScriptedSearcher()
    searcher.failure = DependencyUnavailable("gone")
    made = making(executor, searcher, clock=SystemClock())
    others = asyncio.all_tasks()
    with pytest.raises(DependencyUnavailable):
        await listen(made, steps(made))
    await asyncio.sleep(0)
    assert {task for task in asyncio.all_tasks() - others if not task.done()} == set()
