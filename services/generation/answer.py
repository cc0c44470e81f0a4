"""Makes one answer, as a list of steps.

understand · curated answer · remember and retrieve · rewrite · check evidence · assemble · route and stream ·
verify · suggest · account

Each step is a module with one public function; this one says in which order they run, how long each may
take, and what becomes of the answer when one fails. Admission came before (`admission.py`), the task that
runs this belongs to `live_answers.py`, and every event goes through the answer's log.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import Literal

from libs.common.curated import CuratedAnswer
from libs.common.errors import CausewayError
from libs.common.stage import stage
from services.generation.account import account
from services.generation.answer_log import AnswerLog
from services.generation.answer_record import answer_record
from services.generation.chat_model import NotInSources
from services.generation.clarify import CLEAR, clarification, titled, unclear
from services.generation.compose import compose
from services.generation.context import assemble
from services.generation.curated_reply import say_curated
from services.generation.events import Delta, Ending, Failure, RefusalKind, Sources, Suggestions
from services.generation.evidence import weigh
from services.generation.making import Making
from services.generation.memory import Memory
from services.generation.passage import Found
from services.generation.refusals import refusal
from services.generation.remember import keep, remember
from services.generation.replies import UNANSWERED, better_answered, harm_reply, small_talk_reply
from services.generation.retrieve import LONGEST_SECONDS, retrieve
from services.generation.rewrite import Rewriting, rewrite
from services.generation.route import Link
from services.generation.source_cards import source_card
from services.generation.steps import Step, Steps
from services.generation.suggest import suggest
from services.generation.tally import Tally
from services.generation.tools import Tools
from services.generation.turn import Turn
from services.generation.understand import settled, understand

CURATED = Step("curated", 0.25)
"""Optional: without it, the answer is made from the documents."""
REMEMBER = Step("memory", 0.5)
"""Optional: a conversation that cannot be recalled is answered without what came before."""
RETRIEVE = Step("retrieve", LONGEST_SECONDS)
REWRITE = Step("rewrite", 3.0)
"""Optional: a question that could not be rewritten is searched for as it was asked."""
WRITE = Step("write", math.inf)
"""Required: without passages or words there is no answer. The deadline alone bounds the writing."""

SUGGEST = Step("suggestions", 0.2)
"""Optional: the answer is there already, and a reader may go on without."""


class Answer:
    """One answer being made; a `Job` of `live_answers.py`."""

    def __init__(self, turn: Turn, tools: Tools, log: AnswerLog) -> None:
        self._turn = turn
        self._log = log
        self._tally = Tally(tools.clock, review_below=turn.manifest.policy.review_below)
        self._making = Making(turn, tools, log, self._tally)
        self._steps = Steps(tools.clock, turn.deadline, self._tally.degraded)
        self._asked_at = tools.clock.now()
        self._memory = Memory()
        self._standalone = ""

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
        turn, tally = self._turn, self._tally
        text, language = turn.question.text, turn.language
        tally.understood = understood = understand(text, language)
        if understood.harm:
            return self._refuse("unsafe", harm_reply(understood.harm, language))
        if (curated := await self._curated()) is not None:
            return say_curated(self._making, curated)
        if understood.talk in UNANSWERED:
            return self._say(small_talk_reply(understood.talk, (), language), "stop")
        alone = await self._recall_and_retrieve()
        language = self._turn.language
        if understood.talk and not better_answered(text, alone.passages, language):
            return self._say(small_talk_reply(understood.talk, alone.passages, language), "stop")
        links = self._making.tools.models.chain(turn.manifest)
        work = rewrite(self._making, self._memory, alone, links)
        looked_for = await self._steps.optional(REWRITE, work, Rewriting(alone, text))
        self._standalone = looked_for.standalone
        return await self._look_up(looked_for, links)

    async def _curated(self) -> CuratedAnswer | None:
        turn = self._turn
        if not turn.manifest.curated:
            return None
        work = self._making.tools.curator.find(turn, turn.question.text)
        return await self._steps.optional(CURATED, work, None)

    async def _look_up(self, looked_for: Rewriting, links: tuple[Link, ...]) -> Ending:
        language, policy = self._turn.language, self._turn.manifest.policy
        found, asked = looked_for.found, looked_for.asked
        evidence = weigh(asked, found.passages, language, policy.min_relevance)
        self._tally.relevance = evidence.relevance
        if self._unclear(found):
            self._settle(looked_for, clarified=True)
            return self._say(clarification(found.passages, language), "clarify")
        self._settle(looked_for, clarified=False)
        sources = assemble(found.passages, links[0].context_tokens)
        self._log.append(Sources(tuple(source_card(source) for source in sources)))
        if not evidence.on_topic:
            return self._refuse("off_topic", refusal("off_topic", sources, language))
        try:
            finished = await self._steps.required(WRITE, compose(self._making, links, sources, asked))
        except NotInSources:
            return self._refuse("unsupported", refusal("unsupported", sources, language))
        if finished.reason == "stop":
            await self._suggest(asked, found)
        return self._tally.done(finished.reason)

    async def _suggest(self, asked: str, found: Found) -> None:
        if found.pressure or not self._turn.manifest.flags.get("suggestions", False):
            return
        before = [turn.question for turn in self._memory.turns]
        items = await self._steps.optional(SUGGEST, suggest(self._making, [*before, asked], found), ())
        if items:
            self._log.append(Suggestions(items))

    def _settle(self, looked_for: Rewriting, *, clarified: bool) -> None:
        tally = self._tally
        if tally.understood is not None:
            tally.understood = settled(
                tally.understood,
                continues=bool(looked_for.standalone),
                clarified=clarified,
                relevance=tally.relevance,
                threshold=self._turn.manifest.policy.min_relevance,
            )

    def _unclear(self, found: Found) -> bool:
        question, language = self._turn.question, self._turn.language
        replies = bool(self._memory.turns) and self._memory.turns[-1].finish == "clarify"
        if replies or question.page_title or self._tally.relevance >= CLEAR:
            return False
        asks_for_nothing = unclear(question.text, language, self._memory)
        return asks_for_nothing and not titled(question.text, found.passages, language)

    async def _recall_and_retrieve(self) -> Found:
        """Recalls the conversation while the question is searched for as it was asked."""
        remembering = asyncio.create_task(self._remember())
        try:
            alone = await self._retrieve()
            self._memory = await remembering
            self._making = replace(self._making, memory=self._memory)
        finally:
            remembering.cancel()
        self._speak_as_before()
        return alone

    def _speak_as_before(self) -> None:
        """What is too short to tell its language is in the one of the conversation."""
        if self._memory.turns:
            turn = self._turn.after(self._memory.turns[-1].question)
            self._turn, self._making = turn, replace(self._making, turn=turn)

    async def _remember(self) -> Memory:
        at_hand = self._making.tools.recollection.at_hand(self._turn).memory
        return await self._steps.optional(REMEMBER, remember(self._making), at_hand)

    async def _retrieve(self) -> Found:
        found = await self._steps.required(RETRIEVE, retrieve(self._making, self._turn.question))
        if found.degradations:
            self._tally.degraded(*found.degradations)
            self._making.notify("degraded", "degraded")
        return found

    def _refuse(self, kind: RefusalKind, text: str) -> Ending:
        self._tally.refusal = kind
        return self._say(text, "refusal")

    def _say(self, text: str, finish: Literal["stop", "refusal", "clarify"]) -> Ending:
        """Ends with words of our own."""
        self._tally.text_sent()
        self._log.append(Delta(text))
        return self._tally.done(finish)

    def _finish(self, ending: Ending) -> None:
        tools = self._making.tools
        account(self._turn, self._tally, ending, tools.region)
        self._log.append(ending)
        keep(self._making, self._standalone, self._asked_at)
        record = answer_record(self._turn, self._tally, self._log.events, tools.region)
        tools.records.offer(self._turn.caller, record)
