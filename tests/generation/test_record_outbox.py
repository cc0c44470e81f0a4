"""The outbox: bounded, patient with insights, silent to readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from libs.common.answer_record import AnswerRecord
from libs.common.caller import Caller, Privacy
from libs.common.errors import CausewayError, DependencyUnavailable, InvalidRequest
from libs.common.metrics import ANSWER_RECORDS
from services.generation import record_outbox
from services.generation.record_outbox import Keeping, RecordOutbox
from tests.generation.examples import ANA

PATIENCE = 20.0


class Insights:
    """Takes records, or fails as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[Caller, AnswerRecord]] = []
        self.failures: list[CausewayError] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.heard = asyncio.Event()

    async def send(self, caller: Caller, record: AnswerRecord) -> None:
        self.heard.set()
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append((caller, record))

    @property
    def ids(self) -> list[str]:
        return [record.query_id for _, record in self.taken]


def _record(number: int, question: str = "canary?") -> AnswerRecord:
    return AnswerRecord(f"q_{number}", "stop", question=question)


def _counted(outcome: str) -> float:
    return float(ANSWER_RECORDS.labels(outcome)._value.get())


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_outbox, "_GATHER_SECONDS", 0.0)
    monkeypatch.setattr(record_outbox, "_FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(record_outbox, "_LONGEST_PAUSE_SECONDS", 0.002)


@asynccontextmanager
async def _running(outbox: RecordOutbox) -> AsyncIterator[None]:
    sending = asyncio.create_task(outbox.run())
    yield
    sending.cancel()
    await asyncio.wait({sending})


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.001)


def _outbox(insights: Insights, keeping: Keeping = "full", room: int = 100) -> RecordOutbox:
    return RecordOutbox(insights, lambda tenant: keeping, room)


async def test_records_arrive_once_with_their_visitor_though_insights_is_away_for_a_while() -> None:
    insights = Insights()
    insights.failures = [DependencyUnavailable("Away.") for _ in range(7)]
    outbox = _outbox(insights)
    async with _running(outbox):
        for number in range(3):
            outbox.offer(ANA, _record(number))
        await _until(lambda: len(insights.taken) == 3)
    assert sorted(insights.ids) == ["q_0", "q_1", "q_2"]
    assert {caller for caller, _ in insights.taken} == {ANA}


async def test_what_insights_refuses_is_lost_counted_and_holds_nobody_up() -> None:
    insights, before = Insights(), _counted("lost")
    insights.failures = [InvalidRequest("No.", field="record")]
    outbox = _outbox(insights)
    with capture_logs() as logs:
        async with _running(outbox):
            outbox.offer(ANA, _record(1))
            await _until(lambda: _counted("lost") == before + 1)
            outbox.offer(ANA, _record(2))
            await _until(lambda: insights.ids == ["q_2"])
    assert "canary" not in str(logs)


async def test_offering_never_waits_and_the_oldest_is_lost_when_too_many_wait() -> None:
    insights, before = Insights(), _counted("lost")
    outbox = _outbox(insights, room=3)
    for number in range(5):
        outbox.offer(ANA, _record(number))
    assert _counted("lost") == before + 2
    await outbox.flush(PATIENCE)
    assert insights.ids == ["q_2", "q_3", "q_4"]


@pytest.mark.parametrize(
    ("caller", "keeping", "kept"),
    [
        (ANA, "full", ["canary?"]),
        (ANA, "without_question", [""]),
        (ANA, "none", []),
        (replace(ANA, privacy=Privacy(analytics=False)), "full", []),
    ],
)
async def test_visitor_and_tenant_decide_what_leaves(
    caller: Caller, keeping: Keeping, kept: list[str]
) -> None:
    insights, before = Insights(), _counted("withheld")
    outbox = _outbox(insights, keeping)
    outbox.offer(caller, _record(1))
    await outbox.flush(PATIENCE)
    assert [record.question for _, record in insights.taken] == kept
    assert _counted("withheld") == before + (not kept)


async def test_a_stop_sends_what_was_under_way_and_what_waits() -> None:
    insights = Insights()
    insights.gate.clear()
    outbox = _outbox(insights)
    async with _running(outbox):
        for number in range(40):
            outbox.offer(ANA, _record(number))
        await asyncio.wait_for(insights.heard.wait(), PATIENCE)
    insights.gate.set()
    await outbox.flush(PATIENCE)
    assert set(insights.ids) == {f"q_{number}" for number in range(40)}


async def test_a_stop_does_not_wait_for_insights_that_is_away_or_hangs() -> None:
    for hangs in (False, True):
        insights, before = Insights(), _counted("lost")
        insights.failures = [DependencyUnavailable("Away.")] * 2
        if hangs:
            insights.gate.clear()
        outbox = _outbox(insights)
        outbox.offer(ANA, _record(1))
        with capture_logs() as logs:
            await asyncio.wait_for(outbox.flush(0.05), PATIENCE)
        assert _counted("lost") == before + 1
        assert [entry["event"] for entry in logs] == ["answer_records_lost"]
