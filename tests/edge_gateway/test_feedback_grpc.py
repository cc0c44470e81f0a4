"""Feedback over gRPC."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from libs.common.caller import Caller
from libs.common.errors import DependencyUnavailable, InvalidRequest
from libs.common.pb.insights.v1 import insights_pb2
from services.edge_gateway.feedback import Feedback
from tests.edge_gateway.core import connected

ANA = Caller("edge_gateway", "acme", "ana", plan="gold", session="s_1")


async def test_a_vote_arrives_whole(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await clients.feedback.record(ANA, Feedback("f", "q", "down", 2, ("a", "b"), "c", "m"))
        await clients.feedback.record(ANA, Feedback("g", "q", "up", None, (), "", ""))

    assert core.insights.votes == [
        insights_pb2.RecordFeedbackRequest(
            feedback_id="f",
            query_id="q",
            vote=insights_pb2.VOTE_DOWN,
            rating=2,
            labels=["a", "b"],
            comment="c",
            manifest_id="m",
        ),
        insights_pb2.RecordFeedbackRequest(feedback_id="g", query_id="q", vote=insights_pb2.VOTE_UP),
    ]
    assert core.insights.callers == [ANA, ANA]


async def test_a_refusal_keeps_its_kind(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        core.insights.step = InvalidRequest("too long", field="comment")
        with pytest.raises(InvalidRequest) as caught:
            await clients.feedback.record(ANA, Feedback("f", "q", "up", None, (), "", ""))
    assert caught.value.field == "comment"


async def test_a_store_that_does_not_answer_in_time_is_to_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.edge_gateway.feedback_grpc._PATIENCE_SECONDS", 0.05)
    async with connected(tmp_path) as (core, clients):
        core.insights.step = asyncio.Event()
        with pytest.raises(DependencyUnavailable, match="send it again"):
            await clients.feedback.record(ANA, Feedback("f", "q", "up", None, (), "", ""))
