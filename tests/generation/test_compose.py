"""An answer is written from its sources, and every citation is checked before it ends."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from libs.common.clock import SystemClock
from libs.common.errors import ModelFailed
from libs.common.manifest import ModelLink, Prompt
from services.generation.chat_model import ChatModel, Finished, ModelError
from services.generation.compose import compose
from services.generation.events import Citation, Delta, Event, Notice, Usage
from services.generation.making import Making
from services.generation.memory import Memory, PastTurn
from tests.fakes.scripted_model import ScriptedModel, saying
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import COFFEE, making, source

SOURCES = (source(1), source(2, COFFEE))


def being_made(executor: ThreadPoolExecutor, *models: ChatModel) -> Making:
    links = [ModelLink(kind="litellm", model=model.name) for model in models]
    named = {model.name: model for model in models}
    return making(executor, ScriptedSearcher(), *links, models=named, clock=SystemClock())


async def composed(made: Making) -> Finished:
    links = made.tools.models.chain(made.turn.manifest)
    return await compose(made, links, SOURCES, made.turn.question.text)


async def events(made: Making) -> list[Event]:
    return [event for _, event in await anext(made.log.read(0, lambda: 0.0))]


async def test_citations_are_checked_before_it_returns(executor: ThreadPoolExecutor) -> None:
    made = being_made(
        executor, saying("Biscuits are free. [1] ", "It is cleaned every Friday. [2]", name="m")
    )
    await composed(made)
    cited = [event for event in await events(made) if isinstance(event, Citation)]
    assert [(citation.n, citation.support) for citation in cited] == [(1, 1.0), (2, 1.0)]
    assert made.tally.supports == (1.0, 1.0)


async def test_what_the_model_says_of_its_usage_is_tallied(executor: ThreadPoolExecutor) -> None:
    made = being_made(executor, ScriptedModel("At four [1].", Finished("length", Usage(9, 3), 0.8), name="m"))
    assert (await composed(made)).reason == "length"
    assert (made.tally.usage, made.tally.fit, made.tally.model) == (Usage(9, 3), 0.8, "m")


async def test_a_fallback_is_a_degradation_and_a_notice(executor: ThreadPoolExecutor) -> None:
    failing = ScriptedModel(ModelError("refused"), name="a")
    made = being_made(executor, failing, saying("At four [1].", name="b"))
    await composed(made)
    assert made.tally.degradations == ["model_fallback"]
    assert [event.code for event in await events(made) if isinstance(event, Notice)] == ["model_fallback"]


@pytest.mark.parametrize(("unsupported", "codes"), [("mark", ["unsupported_claims"]), ("keep", [])])
async def test_a_sentence_beyond_its_sources_is_told_where_the_policy_wants_it(
    executor: ThreadPoolExecutor, unsupported: Literal["mark", "keep"], codes: list[str]
) -> None:
    made = being_made(executor, saying("Zebras sleep in Rome. [1]", name="m"))
    policy = made.turn.manifest.policy.model_copy(update={"unsupported": unsupported})
    manifest = made.turn.manifest.model_copy(update={"policy": policy})
    made = replace(made, turn=replace(made.turn, manifest=manifest))
    await composed(made)
    assert [event.code for event in await events(made) if isinstance(event, Notice)] == codes
    assert made.tally.doubtful is bool(codes)


async def test_a_sentence_beyond_its_sources_is_left_out_where_the_policy_wants_it(
    executor: ThreadPoolExecutor,
) -> None:
    made = being_made(executor, saying("Biscuits are free. [1]\n", "Zebras sleep in Rome. [2]", name="m"))
    policy = made.turn.manifest.policy.model_copy(update={"unsupported": "drop"})
    manifest = made.turn.manifest.model_copy(update={"policy": policy})
    made = replace(made, turn=replace(made.turn, manifest=manifest))
    await composed(made)
    seen = await events(made)
    assert "".join(event.text for event in seen if isinstance(event, Delta)) == "Biscuits are free. [1]\n"
    assert [event.code for event in seen if isinstance(event, Notice)] == ["claims_left_out"]
    assert made.tally.cited == [1]


async def test_when_no_model_delivers_nothing_is_written(executor: ThreadPoolExecutor) -> None:
    made = being_made(executor, ScriptedModel(ModelError("refused"), name="a"))
    with pytest.raises(ModelFailed):
        await composed(made)
    assert made.log.last_seq == 0


async def test_an_answer_that_is_stopped_keeps_what_was_checked(executor: ThreadPoolExecutor) -> None:
    checked = asyncio.Event()
    model = ScriptedModel("Biscuits are free. [1] And then ", asyncio.Event(), name="m")
    made = being_made(executor, model)
    running = asyncio.create_task(composed(made))
    reader = made.log.read(0, lambda: 0.0)
    async for batch in reader:
        if any(isinstance(event, Citation) for _, event in batch):
            checked.set()
            break
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert checked.is_set()
    assert made.tally.supports == (1.0,)
    assert any(isinstance(event, Delta) for event in await events(made))
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "citation check"]


async def test_who_sees_the_conversation_is_shown_the_question_as_it_was_asked(
    executor: ThreadPoolExecutor,
) -> None:
    model, blind = saying("At four [1].", name="m"), saying("At four [1].", name="n")
    before = PastTurn("q_1", "When is coffee served?", "", "At three.", "stop", datetime.now(UTC))
    asked = "When is coffee served? When is tea served?"
    seen = being_made(executor, model)
    shape = seen.turn.manifest.model_copy(
        update={"prompt": Prompt(system="{{conversation}}", user="{{sources}} Question: {{question}}")}
    )
    seen = replace(seen, memory=Memory((before,)), turn=replace(seen.turn, manifest=shape))
    await compose(seen, seen.tools.models.chain(shape), SOURCES, asked)
    unseen = being_made(executor, blind)
    await compose(unseen, unseen.tools.models.chain(unseen.turn.manifest), SOURCES, asked)
    assert model.tasks[0].messages[1].content.endswith("Question: When is tea served?")
    assert blind.tasks[0].messages[1].content.endswith(f"Question: {asked}")
