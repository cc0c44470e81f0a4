"""The Insights service over gRPC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc

from libs.common.caller import current_caller
from libs.common.metrics import FEEDBACK
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_policy import MethodPolicy
from services.insights.answer_methods import AnswerMethods
from services.insights.feedback import FeedbackStore, checked_feedback

FULL_NAME = "causeway.insights.v1.Insights"

POLICY: Mapping[str, MethodPolicy] = {
    "RecordFeedback": MethodPolicy(role="insights"),
    "RecordAnswer": MethodPolicy(role="insights"),
    "ListAnswers": MethodPolicy(role="operate"),
}

_VOTES = {insights_pb2.VOTE_UP: "up", insights_pb2.VOTE_DOWN: "down"}

_Context = grpc.aio.ServicerContext[Any, Any]


class InsightsServicer(insights_pb2_grpc.InsightsServicer):
    """Parses a call, records, and writes the response.

    Args:
        feedback: Keeps votes.
        answers: Serves the calls about answer records.
    """

    def __init__(self, feedback: FeedbackStore, answers: AnswerMethods) -> None:
        self._feedback = feedback
        self._answers = answers

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

    async def RecordAnswer(  # noqa: N802 - the contract's name
        self, request: insights_pb2.RecordAnswerRequest, context: _Context
    ) -> insights_pb2.RecordAnswerResponse:
        """Records what became of a question; it is durable when this returns."""
        return await self._answers.record(current_caller(), request)

    async def ListAnswers(  # noqa: N802 - the contract's name
        self, request: insights_pb2.ListAnswersRequest, context: _Context
    ) -> insights_pb2.ListAnswersResponse:
        """Lists a tenant's answer records, newest first."""
        return await self._answers.list(current_caller(), request)
