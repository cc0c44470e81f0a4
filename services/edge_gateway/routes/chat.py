"""`/v1/chat`: asks a question, follows its answer again, stops it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from libs.common.errors import DependencyUnavailable, InvalidRequest
from services.edge_gateway.answer_desk import AnswerDesk
from services.edge_gateway.answer_relay import AnswerRelay, RunningAnswer
from services.edge_gateway.answers import Answers
from services.edge_gateway.bodies import BodyLimits, read_model
from services.edge_gateway.problem import MethodNotAllowed
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.questions import ChatBody, Questions
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.visitors import Visitors

_SEQ = re.compile(r"[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AskRoute:
    """`POST /v1/chat`, as plain ASGI: the response is a stream."""

    visitors: Visitors
    limiter: RateLimiter
    questions: Questions
    desk: AnswerDesk
    relay: AnswerRelay
    limits: BodyLimits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams an answer."""
        if not await self.relay.relay(await self._begin(Request(scope, receive)), receive, send):
            raise DependencyUnavailable("The answer ended before it began; ask again.")

    async def _begin(self, request: Request) -> RunningAnswer:
        session = self.visitors.of(request.headers)
        self.desk.require_room(session)
        await self.limiter.admit(session.owner)
        body, raw = await read_model(request, ChatBody, self.limits)
        question = self.questions.prepare(session, body, raw, request.headers.get("idempotency-key"))
        return RunningAnswer(session.owner, question.query_id, self.desk.ask(session, question))


@dataclass(frozen=True, slots=True)
class FollowRoute:
    """`GET /v1/chat/{query_id}/events`, as plain ASGI."""

    visitors: Visitors
    ids: QueryIds
    answers: Answers
    relay: AnswerRelay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams the events that the reader has not seen."""
        if scope["method"] == "HEAD":  # Starlette adds it to GET; here it would wait for an answer's end
            raise MethodNotAllowed("GET")
        if not await self.relay.relay(self._find(Request(scope, receive)), receive, send):
            await Response(status_code=204)(scope, receive, send)

    def _find(self, request: Request) -> RunningAnswer:
        session = self.visitors.of(request.headers)
        query_id = self.ids.require_query(session.owner, request.path_params["query_id"])
        after = last_seen(query_id, request.headers.get("last-event-id", ""))
        return RunningAnswer(session.owner, query_id, self.answers.resume(session.caller, query_id, after))


@dataclass(frozen=True, slots=True)
class StopRoute:
    """`DELETE /v1/chat/{query_id}` and what it needs."""

    visitors: Visitors
    ids: QueryIds
    answers: Answers

    async def stop(self, request: Request) -> Response:
        """Stops an answer."""
        session = self.visitors.of(request.headers)
        query_id = self.ids.require_query(session.owner, request.path_params["query_id"])
        await self.answers.stop(session.caller, query_id)
        return Response(status_code=204)


def last_seen(query_id: str, last_event_id: str) -> int:
    """Returns the number of the last event that a reader has seen; 0 where the header is empty.

    Raises:
        InvalidRequest: It is not an event of this answer.
    """
    if not last_event_id:
        return 0
    answer, _, seq = last_event_id.rpartition(".")
    if answer != query_id or not _SEQ.fullmatch(seq):
        raise InvalidRequest("The last event id is not one of this answer.", field="Last-Event-ID")
    return int(seq)
