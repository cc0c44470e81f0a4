"""The generation service's RPCs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import ExitStack, aclosing
from typing import Any, Protocol

import grpc

from libs.common.admission import Admission, Ask
from libs.common.caller import Caller, current_caller
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import InvalidRequest, Overloaded
from libs.common.manifest import Manifest
from libs.common.pb.generation.v1 import generation_pb2, generation_pb2_grpc
from libs.common.pressure import PRESSURE_KEY, SHED, Thresholds, told_level
from libs.common.rpc_policy import MethodPolicy
from services.generation.admission import check_ids, check_text
from services.generation.answer import Answer
from services.generation.answer_log import AnswerLog
from services.generation.answer_place import QUOTED, WRITTEN, AnswerPlace
from services.generation.conversations.methods import ConversationAccess, ConversationMethods
from services.generation.event_messages import to_messages
from services.generation.live_answers import LiveAnswers
from services.generation.question import Question
from services.generation.tools import Tools
from services.generation.turn import Turn

FULL_NAME = "causeway.generation.v1.Generation"
POLICY: Mapping[str, MethodPolicy] = {
    name: MethodPolicy(role="act_for")
    for name in (
        "Answer",
        "ResumeAnswer",
        "StopAnswer",
        "ListConversations",
        "GetConversation",
        "DeleteConversation",
    )
}

_FEW = 4
"""Answers at once up to which every event is sent by itself."""
_GATHER_SECONDS = 0.025

_Context = grpc.aio.ServicerContext[Any, Any]


class Manifests(Protocol):
    """Where manifests come from."""

    async def manifest(self, tenant_id: str, manifest_id: str) -> Manifest:
        """Returns the manifest of an id.

        Raises:
            NotFound: There is none, or it is another tenant's.
            DependencyUnavailable: It is not known here, and cannot be asked for.
        """
        ...


class GenerationServicer(ConversationMethods, generation_pb2_grpc.GenerationServicer):
    """Parses, calls, responds.

    Args:
        answers: The answers of this process.
        manifests: Where manifests come from.
        tools: What answers are made with.
        conversations: What the calls about conversations need.
        admission: Says when an answer may begin, and under which pressure.
        clock: Tells the time.
        answer_seconds: Longest time for an answer.
    """

    def __init__(
        self,
        answers: LiveAnswers,
        manifests: Manifests,
        tools: Tools,
        conversations: ConversationAccess,
        admission: Admission,
        clock: Clock,
        answer_seconds: float,
    ) -> None:
        ConversationMethods.__init__(self, conversations)
        self._answers = answers
        self._manifests = manifests
        self._tools = tools
        self._admission = admission
        self._clock = clock
        self._answer_seconds = answer_seconds

    async def Answer(  # noqa: N802 - named by the protocol
        self, request: generation_pb2.AnswerRequest, context: _Context
    ) -> AsyncGenerator[generation_pb2.AnswerResponse, None]:
        """Begins an answer, or attaches to it if it was begun before, and streams it from its first event."""
        caller = current_caller()
        log = await self._admitted(_question(request), caller, context)
        async with aclosing(log.read(0, self._pause)) as batches:
            async for batch in batches:
                yield generation_pb2.AnswerResponse(events=to_messages(batch))

    async def ResumeAnswer(  # noqa: N802 - named by the protocol
        self, request: generation_pb2.ResumeAnswerRequest, context: _Context
    ) -> AsyncGenerator[generation_pb2.ResumeAnswerResponse, None]:
        """Streams the events of an answer after the last one that the caller has."""
        log = self._answers.find(current_caller().owner, request.query_id)
        if not 0 <= request.after_seq <= log.last_seq:
            raise InvalidRequest(f"The answer's events go from 1 to {log.last_seq}.", field="after_seq")
        async with aclosing(log.read(request.after_seq, self._pause)) as batches:
            async for batch in batches:
                yield generation_pb2.ResumeAnswerResponse(events=to_messages(batch))

    async def StopAnswer(  # noqa: N802 - named by the protocol
        self, request: generation_pb2.StopAnswerRequest, context: _Context
    ) -> generation_pb2.StopAnswerResponse:
        """Stops an answer; one that has ended stays as it is."""
        await self._answers.stop(current_caller().owner, request.query_id)
        return generation_pb2.StopAnswerResponse()

    async def _admitted(self, question: Question, caller: Caller, context: _Context) -> AnswerLog:
        check_ids(question)
        known = self._answers.attach(caller.owner, question.query_id, question.body_hash)
        if known is not None:
            return known
        deadline = Deadline.inherited(context, self._answer_seconds, self._clock)
        manifest = await self._manifests.manifest(caller.tenant, question.manifest_id)
        check_text(question.text, manifest.policy)
        turn = Turn.of(question, caller, manifest, deadline)
        place = await self._place(turn, context)
        with ExitStack() as unused:
            unused.callback(place.leave)

            def make(log: AnswerLog) -> Answer:
                unused.pop_all()
                return Answer(turn, self._tools, log, place)

            return self._answers.start(caller.owner, question, make)

    async def _place(self, turn: Turn, context: _Context) -> AnswerPlace:
        """Waits for a place, and tells the caller under which pressure it was given."""
        told = min(told_level(context.invocation_metadata() or ()), SHED - 1)
        kinds = QUOTED if self._tools.models.quotes(turn.manifest) else WRITTEN
        thresholds = Thresholds.of_ms(turn.manifest.policy.pressure_ms)
        ask = Ask(turn.caller.tenant, turn.deadline, thresholds, kinds=kinds)
        try:
            place = await self._admission.enter(ask)
        except Overloaded:
            await context.send_initial_metadata(((PRESSURE_KEY, str(SHED)),))
            raise
        held = AnswerPlace(max(place.level, told), self._admission, place)
        with ExitStack() as unused:
            unused.callback(held.leave)
            await context.send_initial_metadata(((PRESSURE_KEY, str(place.level)),))
            unused.pop_all()
        return held

    def _pause(self) -> float:
        return _GATHER_SECONDS if self._answers.running > _FEW else 0.0


def _question(request: generation_pb2.AnswerRequest) -> Question:
    return Question(
        query_id=request.query_id,
        body_hash=request.body_hash,
        text=request.question.strip(),
        manifest_id=request.manifest_id,
        conversation_id=request.conversation_id,
        variant=request.variant or "stable",
        locale=request.locale,
        page_url=request.page_hint.url,
        page_title=request.page_hint.title,
    )
