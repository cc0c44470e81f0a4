"""`causeway questions` against a running insights service."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cli import questions
from cli.dev_keys import prepare_dev_keys
from cli.output import CommandMisused
from cli.questions import Wanted
from cli.settings import Settings
from libs.common.answer_record import AnswerRecord, RecordedSource
from libs.common.clock import SystemClock
from libs.common.pb.insights.v1 import insights_pb2_grpc
from libs.common.rpc_server import RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenVerifier
from services.insights.answer_methods import AnswerMethods
from services.insights.server import FULL_NAME, POLICY, InsightsServicer
from services.insights.write_queue import WriteQueue
from tests.fakes.fake_answer_store import FakeAnswerStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_feedback_store import FakeFeedbackStore

ANSWERED = AnswerRecord(
    "q_" + "A" * 20, "stop", question="When is [bold]tea[/]\nserved?", confidence=0.42, needs_review=True,
    sources=(RecordedSource(1, "p_1", True, 0.9), RecordedSource(2, "p_2")), degradations=("rerank",),
)  # fmt: skip
REFUSED = AnswerRecord("q_" + "B" * 20, "refusal", question="", refusal_kind="off_topic")


@dataclass
class World:
    """Settings that lead to a served store."""

    settings: Settings
    store: FakeAnswerStore
    clock: FakeClock

    def add(self, record: AnswerRecord) -> None:
        self.clock.advance(60.0)
        self.store.add("demo", "f" * 16, record)

    async def listed(self, wanted: Wanted, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
        await questions.list_questions(self.settings, "demo", wanted, as_json=True)
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
        return found


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    data, clock = tmp_path / "data", FakeClock()
    prepare_dev_keys(data / "keys")
    store, queue = FakeAnswerStore(clock), WriteQueue("answers", threads=1)
    servicer = InsightsServicer(FakeFeedbackStore(), AnswerMethods(store, queue))
    add = partial(insights_pb2_grpc.add_InsightsServicer_to_server, servicer)
    verifier = ServiceTokenVerifier("insights", data / "keys" / "trust.json", SystemClock())
    server = RpcServer(ServerSpec(FULL_NAME, "127.0.0.1:0", POLICY, add), verifier)
    port = await server.start()
    yield World(Settings(data=data, insights_port=port), store, clock)
    await server.stop(0)
    queue.close()


async def test_a_list_says_what_was_asked_and_why_it_was_answered_so(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.add(ANSWERED)
    world.add(REFUSED)
    world.store.votes["demo", ANSWERED.query_id] = "down"
    await questions.list_questions(world.settings, "demo", Wanted(), as_json=False)
    shown = capsys.readouterr().out
    assert "refusal  off_topic" in shown
    assert "(the tenant keeps no questions)" in shown
    assert "👎 When is [bold]tea[/] served?" in shown
    assert f"1 of 2 sources cited · needs review · without rerank · 0 ms · {ANSWERED.query_id}" in shown
    assert "2 questions" in shown
    assert shown.index(REFUSED.query_id) < shown.index(ANSWERED.query_id)


async def test_json_holds_every_field_even_those_that_say_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.add(REFUSED)
    (found,) = await world.listed(Wanted(), capsys)
    assert (found["refusal_kind"], found["vote"], found["sources"], found["confidence"]) == (
        "off_topic",
        "",
        [],
        0.0,
    )
    assert found["recorded_at"].startswith("2025-06-15T")
    assert "recorded_at_ms" not in found


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(refused=True), [REFUSED.query_id]),
        (Wanted(needs_review=True), [ANSWERED.query_id]),
        (Wanted(confidence_below=0.5), [ANSWERED.query_id]),
        (Wanted(failed=True), []),
        (Wanted(voted_down=True), []),
        (Wanted(most=1), [REFUSED.query_id]),
        (Wanted(since=1_750_000_100.0), [REFUSED.query_id]),
    ],
)
async def test_each_filter_reaches_the_service(
    world: World, capsys: pytest.CaptureFixture[str], wanted: Wanted, ids: list[str]
) -> None:
    world.add(ANSWERED)
    world.add(REFUSED)
    assert [found["query_id"] for found in await world.listed(wanted, capsys)] == ids


async def test_a_long_list_comes_in_pages_up_to_what_was_asked(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(1100):
        world.store.add("demo", "", replace(REFUSED, query_id=f"q_{number:020}"))
    found = await world.listed(Wanted(most=1050), capsys)
    assert len({each["query_id"] for each in found}) == len(found) == 1050


def test_a_span_of_time_that_is_none_is_a_misuse() -> None:
    assert questions.moment("") == 0.0
    assert SystemClock().now() - questions.moment("2h") == pytest.approx(7200, abs=5)
    with pytest.raises(CommandMisused, match="7d"):
        questions.moment("a week")
