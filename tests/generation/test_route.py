"""The first model that can writes; none writes after another's words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from libs.common.errors import ModelFailed
from services.generation.chat_model import ChatModel, Finished, ModelError, NotInSources, WritingTask
from services.generation.events import Usage
from services.generation.route import Link, write
from tests.fakes.scripted_model import ScriptedModel, saying
from tests.generation.examples import task
from tests.generation.test_draft import Desk

NEVER = asyncio.Event


class Bench(Desk):
    """A desk with a chain of models."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        super().__init__(executor)
        self.fell_back: list[str] = []

    async def write(self, *models: ChatModel, patience: float = 5.0, idle: float = 5.0) -> Finished:
        links = [Link(model, patience, idle, 100, 2400) for model in models]
        return await write(
            links, self._task, self.draft, self.tally, lambda link: self.fell_back.append(link.model.name)
        )

    async def text(self) -> str:
        return "".join(getattr(event, "text", "") for event in await self.events())

    def _task(self, link: Link) -> WritingTask:
        return task()


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ThreadPoolExecutor(1) as executor:
        yield Bench(executor)


async def test_the_first_model_writes(bench: Bench) -> None:
    second = saying("no")
    finished = await bench.write(ScriptedModel("Tea.", Finished("length", Usage(1, 2)), name="a"), second)
    assert finished == Finished("length", Usage(1, 2))
    assert (await bench.text(), bench.tally.model, second.tasks) == ("Tea.", "a", [])
    assert bench.fell_back == []


@pytest.mark.parametrize("fault", ["unreachable", "refused", "truncated", "malformed"])
async def test_a_failure_before_the_first_text_asks_the_next(bench: Bench, fault: str) -> None:
    await bench.write(ScriptedModel(ModelError(fault)), saying("Tea.", name="b"))  # type: ignore[arg-type]
    assert (await bench.text(), bench.tally.model, bench.fell_back) == ("Tea.", "b", ["b"])


async def test_a_held_beginning_of_a_failed_model_is_forgotten(bench: Bench) -> None:
    await bench.write(ScriptedModel("NOT_", ModelError("truncated")), saying("E: tea.", name="b"))
    assert await bench.text() == "E: tea."


async def test_an_empty_answer_is_no_answer(bench: Bench) -> None:
    await bench.write(saying(" "), saying("Tea.", name="b"))
    assert bench.tally.model == "b"


async def test_a_model_that_is_silent_at_first_is_left(bench: Bench) -> None:
    silent = ScriptedModel(asyncio.Event())
    await bench.write(silent, saying("Tea.", name="b"), patience=0.02)
    assert bench.tally.model == "b"
    assert silent.closed.is_set()


async def test_a_model_that_falls_silent_midway_ends_the_answer(bench: Bench) -> None:
    with pytest.raises(ModelFailed):
        await bench.write(ScriptedModel("Tea ", asyncio.Event()), saying("b"), idle=0.02)
    assert await bench.text() == "Tea "


async def test_after_the_first_text_nobody_else_writes(bench: Bench) -> None:
    second = saying("no")
    with pytest.raises(ModelFailed, match="middle"):
        await bench.write(ScriptedModel("Tea ", ModelError("unreachable")), second)
    assert second.tasks == []


async def test_a_stream_without_a_finish_marker_is_a_truncation(bench: Bench) -> None:
    with pytest.raises(ModelFailed):
        await bench.write(ScriptedModel("Tea "))


async def test_when_all_fail_the_answer_fails(bench: Bench) -> None:
    with pytest.raises(ModelFailed, match="No language model"):
        await bench.write(*(ScriptedModel(ModelError("refused")) for _ in range(3)))


async def test_not_in_sources_is_no_failure(bench: Bench) -> None:
    second = saying("no")
    with pytest.raises(NotInSources):
        await bench.write(saying("NOT_IN_SOURCES"), second)
    assert second.tasks == []


async def test_cancelling_closes_the_model(bench: Bench) -> None:
    model = ScriptedModel("Tea ", asyncio.Event())
    writing = asyncio.create_task(bench.write(model))
    await model.begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert model.closed.is_set()
