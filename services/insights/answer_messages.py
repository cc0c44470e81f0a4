"""Reads and writes the messages about answer records."""

from __future__ import annotations

from collections.abc import Sequence

from libs.common.answer_record_messages import record_message
from libs.common.pb.insights.v1 import insights_pb2
from services.insights.answers import AnswerFilter, KeptAnswer

_VOTES = {"up": insights_pb2.VOTE_UP, "down": insights_pb2.VOTE_DOWN}


def filter_of(request: insights_pb2.ListAnswersRequest) -> AnswerFilter:
    """Returns which records are asked for, unchecked."""
    return AnswerFilter(
        refused=request.refused,
        needs_review=request.needs_review,
        voted_down=request.voted_down,
        failed=request.failed,
        confidence_below=request.confidence_below,
        since=request.since_ms / 1000,
    )


def page_message(kept: Sequence[KeptAnswer], next_page_token: str) -> insights_pb2.ListAnswersResponse:
    """Returns a page of records as a message."""
    return insights_pb2.ListAnswersResponse(
        records=[_message(each) for each in kept], next_page_token=next_page_token
    )


def _message(kept: KeptAnswer) -> insights_pb2.AnswerRecord:
    message = record_message(kept.record)
    message.subject_hash = kept.subject_hash
    message.recorded_at_ms = round(kept.recorded_at * 1000)
    message.vote = _VOTES.get(kept.vote, insights_pb2.VOTE_UNSPECIFIED)
    return message
