"""The Insights service over a real connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import grpc
import pytest

from libs.common.answer_record_messages import record_message
from libs.common.caller import Caller
from libs.common.errors import CausewayError
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_errors import decode
from libs.common.rpc_server import RpcServer, ServerSpec
from services.insights.answer_methods import AnswerMethods
from services.insights.feedback import Feedback
from services.insights.server import FULL_NAME, POLICY, InsightsServicer
from services.insights.write_queue import WriteQueue
from tests.common.keyring import Keyring, bearer
from tests.fakes.fake_answer_store import FakeAnswerStore
from tests.fakes.fake_feedback_store import FakeFeedbackStore
from tests.insights.example_answers import ANSWER

ANA = Caller("edge_gateway", "demo", "zoë")
QUERY_ID = "q_" + "A" * 20
GOOD: dict[str, Any] = {"feedback_id": "f-1", "query_id": QUERY_ID, "vote": insights_pb2.VOTE_UP}


class Running:
    """Served stores and a client of them."""

    def __init__(
        self, store: FakeFeedbackStore, answers: FakeAnswerStore, channel: grpc.aio.Channel, keyring: Keyring
    ) -> None:
        self.store = store
        self.answers = answers
        self.channel: Any = channel
        self.stub: Any = insights_pb2_grpc.InsightsStub(channel)  # type: ignore[no-untyped-call]
        self.metadata = keyring.signer("edge_gateway", "insights", ["act_for", "insights"]).metadata(ANA)

    async def record(self, metadata: Any = None, **fields: Any) -> bool:
        request = insights_pb2.RecordFeedbackRequest(**GOOD | fields)
        response = await self.stub.RecordFeedback(request, metadata=metadata or self.metadata)
        return bool(response.duplicate)

    async def refusal(self, metadata: Any = None, **fields: Any) -> CausewayError:
        try:
            await self.record(metadata, **fields)
        except grpc.aio.AioRpcError as error:
            return decode(error, "insights")
        raise AssertionError("the call was answered")


@asynccontextmanager
async def serving(keyring: Keyring) -> AsyncIterator[Running]:
    store, answers = FakeFeedbackStore(), FakeAnswerStore(keyring.clock)
    queue = WriteQueue("answers", threads=1)
    servicer = InsightsServicer(store, AnswerMethods(answers, queue))
    add = partial(insights_pb2_grpc.add_InsightsServicer_to_server, servicer)
    server = RpcServer(ServerSpec(FULL_NAME, "127.0.0.1:0", POLICY, add), keyring.verifier("insights"))
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield Running(store, answers, channel, keyring)
    await server.stop(1)
    queue.close()


@pytest.fixture
def edge(keyring: Keyring) -> Keyring:
    keyring.add("edge_gateway", ["act_for", "insights", "search"])
    keyring.add("wiki", ["insights", "search"], tenant="demo")
    return keyring


async def test_a_vote_is_recorded_for_the_visitor_with_everything_it_says(edge: Keyring) -> None:
    said = {"rating": 3, "labels": ["wrong", "slow"], "comment": "Hm.", "manifest_id": "0" * 64}
    async with serving(edge) as insights:
        assert await insights.record(**said) is False
        assert await insights.record(**said) is True
    assert insights.store.recorded == {
        ("demo", "zoë", "f-1"): Feedback("f-1", QUERY_ID, "up", 3, ("wrong", "slow"), "Hm.", "0" * 64)
    }


async def test_another_vote_under_the_same_id_is_a_conflict(edge: Keyring) -> None:
    async with serving(edge) as insights:
        await insights.record()
        assert (await insights.refusal(vote=insights_pb2.VOTE_DOWN)).kind == "conflict"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("feedback_id", ""),
        ("feedback_id", "x" * 1_000_000),
        ("query_id", "nonsense"),
        ("vote", insights_pb2.VOTE_UNSPECIFIED),
        ("vote", 99),
        ("rating", 2_000_000_000),
        ("rating", -1),
        ("labels", ["x"] * 100_000),
        ("comment", "x" * 1_000_000),
        ("manifest_id", "'; --"),
    ],
)
async def test_what_is_out_of_bounds_is_refused_by_name(edge: Keyring, field: str, value: object) -> None:
    async with serving(edge) as insights:
        error = await insights.refusal(**{field: value})
    assert (error.kind, error.field) == ("invalid_request", field)
    assert not insights.store.recorded


async def test_only_who_holds_the_role_may_record(edge: Keyring) -> None:
    async with serving(edge) as insights:
        for roles in (["act_for"], ["act_for", "search"]):
            metadata = edge.signer("edge_gateway", "insights", roles).metadata(ANA)
            assert (await insights.refusal(metadata)).kind == "forbidden"
        nobody = edge.signer("edge_gateway", "insights", ["act_for", "insights"]).metadata()
        assert (await insights.refusal(nobody)).kind == "invalid_request"
        elsewhere = bearer(edge.token("edge_gateway", "config", ["act_for", "insights"]))
        assert (await insights.refusal(elsewhere)).kind == "unauthenticated"
    assert not insights.store.recorded


async def test_a_teams_vote_is_its_own(edge: Keyring) -> None:
    async with serving(edge) as insights:
        team = bearer(edge.token("wiki", "insights", ["insights"], tenant="demo"))
        assert await insights.record(team) is False
    assert list(insights.store.recorded) == [("demo", "service:wiki", "f-1")]


@pytest.mark.parametrize("data", [b"\xff" * 100, b"\x0a\x02\xff\xfe", b"\x0a\x7f"])
async def test_bytes_that_are_no_request_are_refused_and_the_server_lives_on(
    edge: Keyring, data: bytes
) -> None:
    async with serving(edge) as insights:
        raw = insights.channel.unary_unary(f"/{FULL_NAME}/RecordFeedback")
        with pytest.raises(grpc.aio.AioRpcError):
            await raw(data, metadata=insights.metadata)
        assert await insights.record() is False


async def test_an_answer_is_recorded_for_its_visitor_and_listed_to_who_operates_the_tenant(
    edge: Keyring,
) -> None:
    edge.add("cli", ["operate"])
    operator = bearer(edge.token("cli", "insights", ["operate"], tenant="demo"))
    async with serving(edge) as insights:
        request = insights_pb2.RecordAnswerRequest(record=record_message(ANSWER))
        first = await insights.stub.RecordAnswer(request, metadata=insights.metadata)
        again = await insights.stub.RecordAnswer(request, metadata=insights.metadata)
        assert ((first.recorded, first.duplicate), (again.recorded, again.duplicate)) == (
            (True, False),
            (True, True),
        )
        listed = await insights.stub.ListAnswers(insights_pb2.ListAnswersRequest(), metadata=operator)
    assert [(each.query_id, each.subject_hash) for each in listed.records] == [
        (ANSWER.query_id, ANA.subject_hash)
    ]


async def test_who_records_answers_may_not_read_them_and_the_other_way_round(edge: Keyring) -> None:
    edge.add("cli", ["operate"])
    operator = bearer(edge.token("cli", "insights", ["operate"], tenant="demo"))
    async with serving(edge) as insights:
        calls = (
            insights.stub.ListAnswers(insights_pb2.ListAnswersRequest(), metadata=insights.metadata),
            insights.stub.RecordAnswer(
                insights_pb2.RecordAnswerRequest(record=record_message(ANSWER)), metadata=operator
            ),
        )
        for call in calls:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            assert decode(caught.value, "insights").kind == "forbidden"
