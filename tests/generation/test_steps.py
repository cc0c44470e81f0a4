"""Each step of an answer has its time, and a say in what becomes of the answer without it."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from libs.common.clock import SystemClock
from libs.common.deadline import Deadline
from libs.common.errors import DeadlineExceeded, DependencyUnavailable
from services.generation.steps import Step, Steps


class Running:
    def __init__(self, seconds: float = 30.0) -> None:
        clock = SystemClock()
        self.skipped: list[str] = []
        self.steps = Steps(clock, Deadline.after(seconds, clock), self.skipped.append)


async def value(of: str) -> str:
    return of


async def failing(error: Exception) -> str:
    raise error


async def endless() -> str:
    await asyncio.Event().wait()
    return "never"


async def test_a_step_returns_what_its_work_returns() -> None:
    running = Running()
    assert await running.steps.required(Step("retrieve", 5.0), value("found")) == "found"
    assert await running.steps.optional(Step("memory", 5.0), value("known"), "") == "known"
    assert running.skipped == []


async def test_a_required_step_that_takes_too_long_is_named() -> None:
    with pytest.raises(DeadlineExceeded, match="retrieve"):
        await Running().steps.required(Step("retrieve", 0.01), endless())


async def test_the_answers_deadline_binds_every_step() -> None:
    with pytest.raises(DeadlineExceeded, match="write"):
        await Running(seconds=0.01).steps.required(Step("write", 60.0), endless())


async def test_a_required_step_fails_with_its_own_error() -> None:
    with pytest.raises(DependencyUnavailable, match="gone"):
        await Running().steps.required(Step("retrieve", 5.0), failing(DependencyUnavailable("gone")))


@pytest.mark.parametrize("work", [lambda: endless(), lambda: failing(ValueError("broken"))])
async def test_an_optional_step_is_gone_without_and_said_so(work: object) -> None:
    running = Running()
    assert await running.steps.optional(Step("memory", 0.01), work(), "nothing") == "nothing"  # type: ignore[operator]
    assert running.skipped == ["memory"]


async def test_what_a_stranger_says_of_a_failure_is_not_logged() -> None:
    with capture_logs() as logs:
        await Running().steps.optional(Step("memory", 5.0), failing(ValueError("canary words")), "")
        await Running().steps.optional(Step("memory", 5.0), failing(DependencyUnavailable("no SQL")), "")
    assert "canary" not in str(logs)
    assert [entry["reason"] for entry in logs] == ["", "no SQL"]


async def test_stopping_an_answer_stops_its_optional_steps_too() -> None:
    running = Running()
    task = asyncio.create_task(running.steps.optional(Step("memory", 60.0), endless(), ""))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert running.skipped == []
