"""Sending records over a real connection to a scripted insights service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from libs.common.answer_record_messages import record_message
from libs.common.caller import Caller, Privacy, current_caller
from libs.common.clock import SystemClock
from libs.common.errors import DependencyUnavailable, Overloaded
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_policy import MethodPolicy
from libs.common.rpc_server import RpcServer, ServerSpec
from services.generation.record_sender_grpc import GrpcRecordSender
from tests.common.keyring import Keyring
from tests.insights.example_answers import ANSWER

ANA = Caller("generation", "demo", "ana", privacy=Privacy(memory=True))
POLICY = {"RecordAnswer": MethodPolicy(role="insights")}


class FakeInsights(insights_pb2_grpc.InsightsServicer):
    """Takes every record, or sheds it."""

    def __init__(self) -> None:
        self.taken: list[tuple[Caller, insights_pb2.AnswerRecord]] = []
        self.busy = False

    async def RecordAnswer(  # noqa: N802
        self, request: insights_pb2.RecordAnswerRequest, context: Any
    ) -> insights_pb2.RecordAnswerResponse:
        if self.busy:
            raise Overloaded("Busy.", retry_after_ms=1)
        self.taken.append((current_caller(), request.record))
        return insights_pb2.RecordAnswerResponse(recorded=True)


@asynccontextmanager
async def _serving(folder: Path) -> AsyncIterator[tuple[FakeInsights, GrpcRecordSender, RpcServer]]:
    keyring, insights = Keyring(folder, SystemClock()), FakeInsights()
    keyring.add("generation", ["act_for", "insights"])
    add = partial(insights_pb2_grpc.add_InsightsServicer_to_server, insights)
    spec = ServerSpec("causeway.insights.v1.Insights", "127.0.0.1:0", POLICY, add)
    server = RpcServer(spec, keyring.verifier("insights"))
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        stub = insights_pb2_grpc.InsightsStub(channel)  # type: ignore[no-untyped-call]
        signer = keyring.signer("generation", "insights", ["act_for", "insights"])
        yield insights, GrpcRecordSender(stub, signer), server
    await server.stop(0)


async def test_a_record_arrives_with_the_visitor_it_is_about(tmp_path: Path) -> None:
    async with _serving(tmp_path) as (insights, sender, _):
        await sender.send(ANA, ANSWER)
        ((caller, record),) = insights.taken
    assert (caller.owner, caller.privacy) == (ANA.owner, ANA.privacy)
    assert record == record_message(ANSWER)


async def test_what_insights_says_comes_back_as_our_own_error(tmp_path: Path) -> None:
    async with _serving(tmp_path) as (insights, sender, server):
        insights.busy = True
        with pytest.raises(Overloaded):
            await sender.send(ANA, ANSWER)
        await server.stop(0)
        with pytest.raises(DependencyUnavailable):
            await sender.send(ANA, ANSWER)
