"""`POST /v1/feedback`: takes a reader's vote on an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from services.edge_gateway.bodies import BodyLimits, read_model
from services.edge_gateway.body_fields import Body, Words
from services.edge_gateway.feedback import Feedback, FeedbackRecorder
from services.edge_gateway.json_response import json_response
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.visitors import Visitors

Label = Annotated[Words, StringConstraints(min_length=1, max_length=64)]


class FeedbackBody(Body):
    """Body of the request."""

    feedback_id: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]
    query_id: str
    vote: Literal["up", "down"]
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    labels: Annotated[list[Label], Field(max_length=10)] | None = None
    comment: Annotated[Words, StringConstraints(max_length=4000)] | None = None
    manifest_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


@dataclass(frozen=True, slots=True)
class FeedbackRoutes:
    """The route and what it needs."""

    visitors: Visitors
    limiter: RateLimiter
    ids: QueryIds
    recorder: FeedbackRecorder
    limits: BodyLimits

    async def create(self, request: Request) -> Response:
        """Accepts a vote once it is durable."""
        session = self.visitors.of(request.headers)
        await self.limiter.admit(session.owner)
        body, _ = await read_model(request, FeedbackBody, self.limits)
        feedback = Feedback(
            feedback_id=body.feedback_id,
            query_id=self.ids.require_query(session.owner, body.query_id),
            vote=body.vote,
            rating=body.rating,
            labels=tuple(body.labels or ()),
            comment=body.comment or "",
            manifest_id=body.manifest_id or "",
        )
        await self.recorder.record(session.caller, feedback)
        return json_response({"feedback_id": feedback.feedback_id}, 202)
