"""Answers outlive the calls that began them, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

import pytest

from libs.common.errors import (
    CausewayError,
    Conflict,
    DependencyUnavailable,
    NotFound,
    Overloaded,
    ResumeExpired,
)
from services.generation.answer_log import AnswerLog
from services.generation.events import Delta, Done, Failure, Finish, Timings, Usage
from services.generation.live_answers import Limits, LiveAnswers
from tests.fakes.fake_clock import FakeClock
from tests.generation.examples import ANA, BOB, question


class ScriptedJob:
    """Waits at a gate, then ends; notes how it ended."""

    def __init__(self, log: AnswerLog, failure: Exception | None = None) -> None:
        self.log = log
        self.gate = asyncio.Event()
        self.failure = failure
        self.cancelled = False

    async def run(self) -> None:
        self.log.append(Delta("begun"))
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self.failure is not None:
            raise self.failure
        self.log.append(done("stop"))

    def halt(self, finish: Literal["stopped", "abandoned"]) -> None:
        self.log.append(done(finish))

    def fail(self, error: CausewayError) -> None:
        self.log.append(Failure(error.kind, error.channel, error.retryable, error.title))


def done(finish: Finish) -> Done:
    return Done(finish, "m", 1.0, False, "", (), Usage(), Timings(), ())


class Bench:
    """Live answers with the jobs that they run."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.clock = FakeClock()
        self.answers = LiveAnswers(self.clock, limits or Limits())
        self.jobs: list[ScriptedJob] = []
        self.failure: Exception | None = None

    def start(
        self, query: str = "a", conversation: str = "c_1", owner: tuple[str, str] = ANA.owner
    ) -> AnswerLog:
        asked = question(query_id=query, conversation_id=conversation)
        return self.answers.start(owner, asked, self._make)

    def _make(self, log: AnswerLog) -> ScriptedJob:
        self.jobs.append(ScriptedJob(log, self.failure))
        return self.jobs[-1]

    async def finish(self) -> None:
        for job in self.jobs:
            job.gate.set()
        async with asyncio.timeout(5):
            while self.answers.running:
                await asyncio.sleep(0)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    await made.answers.close()


async def test_an_answer_runs_by_itself_and_stays_for_those_who_come_back(bench: Bench) -> None:
    log = bench.start()
    await bench.finish()
    assert log.ended
    assert bench.answers.find(ANA.owner, "a") is log
    bench.clock.advance(899)
    bench.answers.sweep()
    assert bench.answers.find(ANA.owner, "a") is log


async def test_after_its_time_it_is_expired_and_names_its_conversation(bench: Bench) -> None:
    bench.start()
    await bench.finish()
    bench.clock.advance(901)
    bench.answers.sweep()
    with pytest.raises(ResumeExpired) as raised:
        bench.answers.find(ANA.owner, "a")
    assert raised.value.info == {"conversation_id": "c_1"}


async def test_an_expired_question_may_be_asked_again(bench: Bench) -> None:
    bench.start()
    await bench.finish()
    bench.clock.advance(901)
    bench.answers.sweep()
    assert not bench.start().ended


async def test_only_so_many_finished_answers_are_kept() -> None:
    bench = Bench(Limits(kept=2))
    for query in "abc":
        bench.start(query)
        await bench.finish()
    with pytest.raises(ResumeExpired):
        bench.answers.find(ANA.owner, "a")
    assert bench.answers.find(ANA.owner, "c").ended


async def test_nobody_finds_anothers_answer(bench: Bench) -> None:
    bench.start()
    for owner in (BOB.owner, ("other", "ana")):
        with pytest.raises(NotFound):
            bench.answers.find(owner, "a")
        assert bench.answers.attach(owner, "a", "0" * 64) is None


async def test_the_same_id_attaches_and_another_body_conflicts(bench: Bench) -> None:
    log = bench.start()
    assert bench.start() is log
    assert bench.answers.attach(ANA.owner, "a", "0" * 64) is log
    with pytest.raises(Conflict):
        bench.answers.attach(ANA.owner, "a", "1" * 64)


async def test_one_answer_a_conversation(bench: Bench) -> None:
    bench.start("a")
    with pytest.raises(Conflict) as raised:
        bench.start("b")
    assert raised.value.info == {"query_id": "a"}
    await bench.finish()
    bench.start("b")


async def test_questions_without_a_conversation_never_conflict(bench: Bench) -> None:
    for query in "abc":
        bench.start(query, conversation="")
    await bench.finish()
    assert bench.answers.running == 0


async def test_too_many_at_once_are_shed() -> None:
    bench = Bench(Limits(running=1))
    bench.start("a", "c_1")
    with pytest.raises(Overloaded) as raised:
        bench.start("b", "c_2")
    assert raised.value.retry_after_ms == 1000
    await bench.answers.close()


async def test_stopping_cancels_and_ends_the_log(bench: Bench) -> None:
    log = bench.start()
    await asyncio.sleep(0)
    await bench.answers.stop(ANA.owner, "a")
    assert bench.jobs[0].cancelled
    assert log.ended
    assert bench.answers.running == 0


async def test_an_answer_that_is_stopped_before_its_first_step_ends_too(bench: Bench) -> None:
    log = bench.start()
    await bench.answers.stop(ANA.owner, "a")
    assert log.ended


async def test_what_nobody_reads_is_given_up(bench: Bench) -> None:
    log = bench.start()
    await asyncio.sleep(0)
    bench.clock.advance(59)
    bench.answers.sweep()
    assert not log.ended
    bench.clock.advance(1)
    bench.answers.sweep()
    await bench.finish()
    assert [
        event.finish
        async for batch in log.read(1, lambda: 0)
        for _, event in batch
        if isinstance(event, Done)
    ] == ["abandoned"]


async def test_what_somebody_reads_goes_on(bench: Bench) -> None:
    log = bench.start()
    reader = log.read(0, lambda: 0)
    await anext(reader)
    bench.clock.advance(600)
    bench.answers.sweep()
    await asyncio.sleep(0)
    assert not log.ended
    await reader.aclose()


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(DependencyUnavailable("gone"), "dependency_unavailable"), (ZeroDivisionError(), "internal")],
)
async def test_failures_end_the_log_with_their_kind(bench: Bench, failure: Exception, kind: str) -> None:
    bench.failure = failure
    log = bench.start()
    await bench.finish()
    last = [event async for batch in log.read(1, lambda: 0) for _, event in batch][-1]
    assert isinstance(last, Failure)
    assert last.kind == kind


async def test_closing_tells_readers_to_ask_again(bench: Bench) -> None:
    log = bench.start()
    await asyncio.sleep(0)
    await bench.answers.close()
    last = [event async for batch in log.read(1, lambda: 0) for _, event in batch][-1]
    assert isinstance(last, Failure)
    assert (last.kind, last.retryable) == ("dependency_unavailable", True)


async def test_tidying_goes_on_until_it_is_cancelled(bench: Bench) -> None:
    tidying = asyncio.create_task(bench.answers.keep_tidy())
    await asyncio.sleep(0)
    tidying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tidying
