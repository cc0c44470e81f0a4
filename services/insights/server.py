"""The Insights service over gRPC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc

from libs.common.caller import current_caller
from libs.common.metrics import FEEDBACK
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_policy import MethodPolicy
from services.insights.feedback import FeedbackStore, checked_feedback

FULL_NAME = "causeway.insights.v1.Insights"

POLICY: Mapping[str, MethodPolicy] = {"RecordFeedback": MethodPolicy(role="insights")}

_VOTES = {insights_pb2.VOTE_UP: "up", insights_pb2.VOTE_DOWN: "down"}

_Context = grpc.aio.ServicerContext[Any, Any]


class InsightsServicer(insights_pb2_grpc.InsightsServicer):
    """Parses a call, records, and writes the response."""

    def __init__(self, feedback: FeedbackStore) -> None:
        self._feedback = feedback

    async def RecordFeedback(  # noqa: N802 - the contract's name
        self, request: insights_pb2.RecordFeedbackRequest, context: _Context
    ) -> insights_pb2.RecordFeedbackResponse:
        """Records a vote on an answer; it is durable when this returns."""
        feedback = checked_feedback(
            feedback_id=request.feedback_id,
            query_id=request.query_id,
            vote=_VOTES.get(request.vote, ""),
            rating=request.rating,
            labels=tuple(request.labels),
            comment=request.comment,
            manifest_id=request.manifest_id,
        )
        duplicate = await self._feedback.record(current_caller(), feedback)
        if not duplicate:
            FEEDBACK.labels(feedback.vote).inc()
        return insights_pb2.RecordFeedbackResponse(duplicate=duplicate)
