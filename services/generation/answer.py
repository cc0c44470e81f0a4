"""Makes one answer, as a list of steps.

understand · curated answer · listen (remember, retrieve) · rewrite · check evidence · assemble ·
route and stream · verify · suggest · account

Each step is a module with one public function; this one says in which order they run, how long each may
take, and what becomes of the answer when one fails. Admission came before (`admission.py`), the task that
runs this belongs to `live_answers.py`, and every event goes through the answer's log.
"""

from __future__ import annotations

import math
from typing import Literal

from libs.common.curated import CuratedAnswer
from libs.common.errors import CausewayError
from libs.common.stage import Stage
from services.generation.account import account
from services.generation.answer_log import AnswerLog
from services.generation.answer_place import BRIEF, QUOTED, WRITTEN, AnswerPlace
from services.generation.answer_record import answer_record
from services.generation.chat_model import NotInSources
from services.generation.clarify import clarification, must_ask_back
from services.generation.compose import compose
from services.generation.context import assemble
from services.generation.conversations.facts import only_states
from services.generation.curated_reply import say_curated
from services.generation.events import Delta, Ending, Failure, RefusalKind, Sources, Suggestions
from services.generation.evidence import weigh
from services.generation.extractive import NAME as EXTRACTIVE
from services.generation.listen import listen
from services.generation.making import Making
from services.generation.passage import Found, Passage, Source
from services.generation.phrases import phrase
from services.generation.refusals import refusal
from services.generation.remember import keep
from services.generation.replies import UNANSWERED, better_answered, harm_reply, small_talk_reply
from services.generation.rewrite import Rewriting, rewrite
from services.generation.route import Link
from services.generation.source_cards import source_card
from services.generation.steps import Step, Steps
from services.generation.suggest import suggest
from services.generation.tally import Tally
from services.generation.tools import Tools
from services.generation.turn import Turn
from services.generation.understand import STATED, understand

CURATED = Step("curated", 0.25)
"""Optional: without it, the answer is made from the documents."""
REWRITE = Step("rewrite", 3.0)
"""Optional: a question that could not be rewritten is searched for as it was asked."""
WRITE = Step("write", math.inf)
"""Required: without words there is no answer. The deadline alone bounds the writing."""
SUGGEST = Step("suggestions", 0.2)
"""Optional: the answer is there already, and a reader may go on without."""

_SHARES = (1, 1, 2, 4)
"""What a level of pressure divides the passages by that are read for a quotation: each sentence costs a part
of a millisecond. What a language model reads costs this process nothing."""
SHORT_CONTEXT = "short_context"
"""The degradation of an answer that was quoted from fewer passages than were found."""


class Answer:
    """One answer being made; a `Job` of `live_answers.py`.

    Args:
        turn: What is asked, by whom, and how it is to be answered.
        tools: What answers are made with.
        log: Takes every event.
        place: Held while this process computes; a language model's time is not ours.
    """

    def __init__(self, turn: Turn, tools: Tools, log: AnswerLog, place: AnswerPlace | None = None) -> None:
        self._log = log
        self._place = place or AnswerPlace()
        self._work = BRIEF
        self._tally = Tally(tools.clock, review_below=turn.manifest.policy.review_below)
        self._making = Making(turn, tools, log, self._tally)
        self._steps = Steps(tools.clock, turn.deadline, self._tally.degraded)
        self._asked_at = tools.clock.now()
        self._standalone = ""

    @property
    def _turn(self) -> Turn:
        return self._making.turn

    async def run(self) -> None:
        """Appends every event to the log, the last one included."""
        self._log.append(self._turn.meta())
        with Stage("answer", self._tally.clock):
            ending = await self._make()
            self._place.leave(self._work)
            self._finish(ending)

    def halt(self, finish: Literal["stopped", "abandoned"]) -> None:
        """Appends the last event of an answer that was cancelled."""
        self._finish(self._tally.done(finish))

    def fail(self, error: CausewayError) -> None:
        """Appends the last event of an answer that could not be made."""
        retry_after_ms = error.retry_after_ms or 0
        self._finish(Failure(error.kind, error.channel, error.retryable, error.title, retry_after_ms))

    async def _make(self) -> Ending:
        text, language = self._turn.question.text, self._turn.language
        self._tally.understood = understood = understand(text, language)
        if understood.harm:
            return self._refuse("unsafe", harm_reply(understood.harm, language))
        if (curated := await self._curated()) is not None:
            return say_curated(self._making, curated)
        if understood.talk in UNANSWERED:
            return self._say(small_talk_reply(understood.talk, (), language), "stop")
        if only_states(text):
            return self._remark(language)
        self._making, alone = await listen(self._making, self._steps)
        language = self._turn.language
        if understood.talk and not better_answered(text, alone.passages, language):
            return self._say(small_talk_reply(understood.talk, alone.passages, language), "stop")
        links = self._making.tools.models.chain(self._turn.manifest)
        if self._making.memory.turns and links[0].model.name != EXTRACTIVE:
            self._place.leave()  # a model may be asked to rewrite the question, and its time is not ours
        work = rewrite(self._making, self._making.memory, alone, links)
        looked_for = await self._steps.optional(REWRITE, work, Rewriting(alone, text))
        return await self._look_up(looked_for, links)

    async def _curated(self) -> CuratedAnswer | None:
        if not self._turn.manifest.curated:
            return None
        work = self._making.tools.curator.find(self._turn, self._turn.question.text)
        return await self._steps.optional(CURATED, work, None)

    async def _look_up(self, looked_for: Rewriting, links: tuple[Link, ...]) -> Ending:
        tally, language, policy = self._tally, self._turn.language, self._turn.manifest.policy
        found, asked = looked_for.found, looked_for.asked
        self._standalone = looked_for.standalone
        evidence = weigh(asked, found.passages, language, policy.min_relevance)
        tally.relevance = evidence.relevance
        asks_back = must_ask_back(self._turn, self._making.memory, tally.relevance, found.passages)
        tally.settle(bool(looked_for.standalone), asks_back, policy.min_relevance)
        if asks_back:
            return self._say(clarification(found.passages, language), "clarify")
        for_model = links[0].model.name != EXTRACTIVE
        self._work = (WRITTEN if for_model else QUOTED)[self._place.level]
        passages = found.passages if for_model else self._fewer(found.passages)
        sources = assemble(passages, links[0].context_tokens, for_model=for_model)
        self._log.append(Sources(tuple(source_card(source) for source in sources)))
        if not evidence.on_topic:
            return self._refuse_with("off_topic", sources)
        if for_model:
            self._place.leave(self._work)
        try:
            finished = await self._steps.required(WRITE, compose(self._making, links, sources, asked))
        except NotInSources:
            return self._refuse_with("unsupported", sources)
        if finished.reason == "stop":
            await self._suggest(asked, found)
        return self._tally.done(finished.reason)

    def _fewer(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """What the pressure leaves of the passages, the best ones."""
        most = math.ceil(len(passages) / _SHARES[self._place.level])
        if most < len(passages):
            self._tally.degraded(SHORT_CONTEXT)
        return passages[:most]

    async def _suggest(self, asked: str, found: Found) -> None:
        if not self._turn.manifest.flags.get("suggestions", False):
            return
        if found.pressure or self._place.level:
            self._tally.degraded(SUGGEST.name)
            return
        before = [turn.question for turn in self._making.memory.turns]
        items = await self._steps.optional(SUGGEST, suggest(self._making, [*before, asked], found), ())
        if items:
            self._log.append(Suggestions(items))

    def _remark(self, language: str) -> Ending:
        """Says whether what the visitor wants remembered will be."""
        self._tally.understood = STATED
        learns = self._making.tools.recollection.learns(self._turn)
        return self._say(phrase("remembered" if learns else "not_remembered", language), "stop")

    def _refuse_with(self, kind: Literal["off_topic", "unsupported"], sources: tuple[Source, ...]) -> Ending:
        handoff = self._making.tools.handoff_of(self._turn.caller.tenant)
        return self._refuse(kind, refusal(kind, sources, self._turn.language, handoff))

    def _refuse(self, kind: RefusalKind, text: str) -> Ending:
        self._tally.refusal = kind
        return self._say(text, "refusal")

    def _say(self, text: str, finish: Literal["stop", "refusal", "clarify"]) -> Ending:
        """Ends with words of our own."""
        self._tally.text_sent()
        self._log.append(Delta(text))
        return self._tally.done(finish)

    def _finish(self, ending: Ending) -> None:
        self._place.leave()
        tools = self._making.tools
        account(self._turn, self._tally, ending, tools.region)
        self._log.append(ending)
        keep(self._making, self._standalone, self._asked_at)
        record = answer_record(self._turn, self._tally, self._log.events, tools.region)
        tools.records.offer(self._turn.caller, record)
