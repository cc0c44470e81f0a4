"""How the RPCs behave when more is asked than one process can do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc
import pytest

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.manifest import ModelLink, Policy
from libs.common.pressure import PRESSURE_KEY
from libs.common.rpc_errors import decode
from services.generation.chat_model import Finished
from services.generation.passage import Found
from tests.fakes.scripted_model import ScriptedModel, saying
from tests.generation.examples import ANA, BOB, COFFEE, LEAVE, TEA, manifest, passage
from tests.generation.running_server import Running, names, running_server

ONE = ModelLink(kind="litellm", model="one")
# Whoever waits for a turn at all is refused: the queue's length plays no part, nor does the machine's speed.
IMPATIENT = Policy(pressure_ms=(0.001, 0.001, 0.001, 0.001))
PATIENT = Policy(pressure_ms=(60_000.0, 60_000.0, 60_000.0, 60_000.0))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.002)


async def one_at_a_time(folder: Path, policy: Policy, link: ModelLink = ONE) -> AsyncIterator[Running]:
    shape = manifest(link).model_copy(update={"policy": policy})
    async with running_server(folder, shape, limit=AdaptiveLimit(1, 1, 1)) as running:
        running.models["one"] = saying("Tea is served at four [1].", name="one")
        yield running


@pytest.fixture
async def impatient(tmp_path: Path) -> AsyncIterator[Running]:
    async for running in one_at_a_time(tmp_path, IMPATIENT):
        yield running


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Running]:
    async for running in one_at_a_time(tmp_path, PATIENT):
        yield running


async def test_a_calm_service_says_so_and_keeps_nothing_afterwards(patient: Running) -> None:
    call = patient.ask(patient.request())
    assert dict(await call.initial_metadata() or ())[PRESSURE_KEY] == "0"
    async for _ in call:
        pass
    assert patient.admission.running == 0


async def test_a_question_that_would_wait_too_long_is_refused_before_any_work(impatient: Running) -> None:
    impatient.searcher.gate = asyncio.Event()
    first = asyncio.create_task(impatient.answer(impatient.request("a")))
    await until(lambda: len(impatient.searcher.asked) == 1)

    call = impatient.ask(impatient.request("b"), BOB)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await anext(aiter(call))

    error = decode(raised.value, "generation")
    assert error.kind == "overloaded"
    assert (error.retry_after_ms or 0) >= 1
    assert dict(await call.initial_metadata() or ())[PRESSURE_KEY] == "4"
    assert (len(impatient.searcher.asked), impatient.answers.running) == (1, 1)
    impatient.searcher.gate.set()
    assert names(await first)[-1] == "done"


async def test_a_repeated_question_attaches_to_its_answer_also_when_nobody_else_may_ask(
    impatient: Running,
) -> None:
    impatient.searcher.gate = asyncio.Event()
    first = asyncio.create_task(impatient.answer(impatient.request("a")))
    await until(lambda: len(impatient.searcher.asked) == 1)
    again = asyncio.create_task(impatient.answer(impatient.request("a")))
    impatient.searcher.gate.set()
    assert await first == await again


async def test_a_question_that_waits_gets_its_turn(patient: Running) -> None:
    patient.searcher.gate = asyncio.Event()
    calls = [
        asyncio.create_task(patient.answer(patient.request(name), who))
        for name, who in (("a", ANA), ("b", BOB))
    ]
    await until(lambda: len(patient.searcher.asked) == 1)
    assert patient.answers.running == 1
    patient.searcher.gate.set()
    assert [names(events)[-1] for events in await asyncio.gather(*calls)] == ["done", "done"]
    assert patient.admission.running == 0


async def test_the_same_question_asked_twice_while_it_waits_holds_one_place(patient: Running) -> None:
    patient.searcher.gate = asyncio.Event()
    busy = asyncio.create_task(patient.answer(patient.request("a")))
    await until(lambda: len(patient.searcher.asked) == 1)
    twice = [asyncio.create_task(patient.answer(patient.request("b"), BOB)) for _ in range(2)]
    patient.searcher.gate.set()
    await busy
    one, two = await asyncio.gather(*twice)
    assert one == two
    assert patient.admission.running == 0


async def test_a_caller_that_leaves_the_queue_costs_no_answer(patient: Running) -> None:
    patient.searcher.gate = asyncio.Event()
    busy = asyncio.create_task(patient.answer(patient.request("a")))
    await until(lambda: len(patient.searcher.asked) == 1)
    gone = patient.ask(patient.request("b"), BOB)
    waiting = asyncio.ensure_future(anext(aiter(gone)))
    await until(lambda: patient.admission.wait_of("acme") > 0.0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    patient.searcher.gate.set()
    assert names(await busy)[-1] == "done"
    assert len(patient.searcher.asked) == 1
    assert patient.admission.running == 0


async def test_a_question_whose_conversation_is_busy_gives_its_place_back(patient: Running) -> None:
    go_on = asyncio.Event()
    patient.models["one"] = model = ScriptedModel(go_on, "At four [1].", Finished("stop"), name="one")
    first = asyncio.create_task(patient.answer(patient.request("a", conversation_id="c_1")))
    async with asyncio.timeout(10):
        await model.begun.wait()
    call = patient.ask(patient.request("b", conversation_id="c_1"))
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await anext(aiter(call))
    assert decode(raised.value, "generation").kind == "conflict"
    assert patient.admission.running == 0
    go_on.set()
    assert names(await first)[-1] == "done"


@pytest.fixture
async def quoting(tmp_path: Path) -> AsyncIterator[Running]:
    async for running in one_at_a_time(tmp_path, PATIENT, ModelLink(kind="extractive")):
        yield running


async def test_the_pressure_that_a_caller_is_under_shortens_the_answer(quoting: Running) -> None:
    patient = quoting
    patient.searcher.found = Found((passage(TEA), passage(COFFEE), passage(LEAVE)))
    metadata = (*patient.signer.metadata(ANA), (PRESSURE_KEY, "3"))
    call = patient.stub.Answer(patient.request(), metadata=metadata, timeout=20)
    events = [event async for response in call for event in response.events]
    sources = next(event.sources for event in events if event.HasField("sources"))
    assert len(sources.sources) == 1
    assert dict(await call.initial_metadata() or ())[PRESSURE_KEY] == "0"
