"""Makes one answer, as a list of steps.

remember · retrieve · check evidence · assemble · route and stream · verify · account

Each step is a module with one public function; this one says in which order they run, how long each may
take, and what becomes of the answer when one fails. Admission came before (`admission.py`), the task that
runs this belongs to `live_answers.py`, and every event goes through the answer's log.
"""

from __future__ import annotations

import math
from typing import Literal

from libs.common.errors import CausewayError
from libs.common.stage import stage
from services.generation.account import account
from services.generation.answer_log import AnswerLog
from services.generation.answer_record import answer_record
from services.generation.chat_model import NotInSources
from services.generation.compose import compose
from services.generation.context import assemble
from services.generation.events import Delta, Ending, Failure, RefusalKind, Sources
from services.generation.evidence import weigh
from services.generation.making import Making
from services.generation.memory import Memory
from services.generation.passage import Found, Source
from services.generation.refusals import refusal
from services.generation.remember import keep, remember
from services.generation.retrieve import LONGEST_SECONDS, retrieve
from services.generation.source_cards import source_card
from services.generation.steps import Step, Steps
from services.generation.tally import Tally
from services.generation.tools import Tools
from services.generation.turn import Turn

REMEMBER = Step("memory", 0.3)
"""Optional: a conversation that cannot be recalled is answered without what came before."""
RETRIEVE = Step("retrieve", LONGEST_SECONDS)
WRITE = Step("write", math.inf)
"""Required: without passages or words there is no answer. The deadline alone bounds the writing."""


class Answer:
    """One answer being made; a `Job` of `live_answers.py`."""

    def __init__(self, turn: Turn, tools: Tools, log: AnswerLog) -> None:
        self._turn = turn
        self._log = log
        self._tally = Tally(tools.clock)
        self._making = Making(turn, tools, log, self._tally)
        self._steps = Steps(tools.clock, turn.deadline, self._tally.degraded)
        self._asked_at = tools.clock.now()
        self._memory = Memory()

    async def run(self) -> None:
        """Appends every event to the log, the last one included."""
        self._log.append(self._turn.meta())
        with stage("answer", self._tally.clock):
            self._finish(await self._make())

    def halt(self, finish: Literal["stopped", "abandoned"]) -> None:
        """Appends the last event of an answer that was cancelled."""
        self._finish(self._tally.done(finish))

    def fail(self, error: CausewayError) -> None:
        """Appends the last event of an answer that could not be made."""
        retry_after_ms = error.retry_after_ms or 0
        self._finish(Failure(error.kind, error.channel, error.retryable, error.title, retry_after_ms))

    async def _make(self) -> Ending:
        turn, tools, policy = self._turn, self._making.tools, self._turn.manifest.policy
        self._memory = await self._remember()
        found = await self._retrieve()
        evidence = weigh(turn.question.text, found.passages, turn.language, policy.min_relevance)
        self._tally.relevance = evidence.relevance
        links = tools.models.chain(turn.manifest)
        sources = assemble(found.passages, links[0].context_tokens)
        self._log.append(Sources(tuple(source_card(source) for source in sources)))
        if not evidence.on_topic:
            return self._refuse("off_topic", sources)
        try:
            finished = await self._steps.required(WRITE, compose(self._making, links, sources))
        except NotInSources:
            return self._refuse("unsupported", sources)
        return self._tally.done(finished.reason)

    async def _remember(self) -> Memory:
        at_hand = self._making.tools.recollection.at_hand(self._turn).memory
        return await self._steps.optional(REMEMBER, remember(self._making), at_hand)

    async def _retrieve(self) -> Found:
        found = await self._steps.required(RETRIEVE, retrieve(self._making, self._turn.question))
        if found.degradations:
            self._tally.degraded(*found.degradations)
            self._making.notify("degraded", "degraded")
        return found

    def _refuse(self, kind: RefusalKind, sources: tuple[Source, ...]) -> Ending:
        self._tally.refusal = kind
        self._tally.text_sent()
        self._log.append(Delta(refusal(kind, sources, self._turn.language)))
        return self._tally.done("refusal")

    def _finish(self, ending: Ending) -> None:
        tools = self._making.tools
        account(self._turn, self._tally, ending, tools.region)
        self._log.append(ending)
        keep(self._making, "", self._asked_at)
        record = answer_record(self._turn, self._tally, self._log.events, tools.region)
        tools.records.offer(self._turn.caller, record)
