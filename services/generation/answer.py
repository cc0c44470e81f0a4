"""Makes one answer, as a list of steps.

retrieve · check evidence · assemble · route and stream · verify · account

Each step is a module with one public function or class; this one says in which order they run and what
becomes of the answer when one fails. Admission came before (`admission.py`), the task that runs this
belongs to `live_answers.py`, and every event goes through the answer's log.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Literal

from libs.common.clock import Clock
from libs.common.errors import CausewayError, DeadlineExceeded
from libs.common.stage import stage
from libs.embedding.embedder import Embedder
from services.generation.account import account
from services.generation.answer_log import AnswerLog
from services.generation.chat_model import NotInSources, WritingTask
from services.generation.citations import CitationCheck
from services.generation.context import assemble, within
from services.generation.draft import Draft
from services.generation.events import Delta, Ending, Failure, Notice, RefusalKind, Sources
from services.generation.evidence import weigh
from services.generation.models import Models
from services.generation.passage import Found, Source
from services.generation.phrases import phrase
from services.generation.prompt import build
from services.generation.refusals import refusal
from services.generation.retrieve import Searcher, retrieve
from services.generation.route import Link, write
from services.generation.source_cards import source_card
from services.generation.tally import Tally
from services.generation.turn import Turn


@dataclass(frozen=True, slots=True)
class Tools:
    """What answers are made with.

    Attributes:
        searcher: Finds passages.
        models: Resolves the manifest's chain of models.
        embedder: Compares meanings, for the check of citations.
        executor: Where that is computed.
        clock: Tells the time.
        region: Where this process runs.
    """

    searcher: Searcher
    models: Models
    embedder: Embedder
    executor: Executor
    clock: Clock
    region: str


class Answer:
    """One answer being made; a `Job` of `live_answers.py`."""

    def __init__(self, turn: Turn, tools: Tools, log: AnswerLog) -> None:
        self._turn = turn
        self._tools = tools
        self._log = log
        self._tally = Tally(tools.clock)
        self._stage = "retrieval"
        self._check: CitationCheck | None = None

    async def run(self) -> None:
        """Appends every event to the log, the last one included."""
        self._log.append(self._turn.meta())
        try:
            with stage("answer", self._tools.clock):
                async with asyncio.timeout(self._turn.deadline.left()):
                    await self._make()
        except TimeoutError:
            raise DeadlineExceeded(f"The time for the answer ran out in {self._stage}.") from None
        finally:
            if self._check is not None:
                self._check.close()

    def halt(self, finish: Literal["stopped", "abandoned"]) -> None:
        """Appends the last event of an answer that was cancelled."""
        self._finish(self._done(finish))

    def fail(self, error: CausewayError) -> None:
        """Appends the last event of an answer that could not be made."""
        retry_after_ms = error.retry_after_ms or 0
        self._finish(Failure(error.kind, error.channel, error.retryable, error.title, retry_after_ms))

    async def _make(self) -> None:
        turn, policy = self._turn, self._turn.manifest.policy
        found = await self._retrieve()
        evidence = weigh(turn.question.text, found.passages, turn.language, policy.min_relevance)
        self._tally.relevance = evidence.relevance
        links = self._tools.models.chain(turn.manifest)
        sources = assemble(found.passages, links[0].context_tokens)
        self._log.append(Sources(tuple(source_card(source) for source in sources)))
        if not evidence.on_topic:
            return self._refuse("off_topic", sources)
        try:
            await self._write(links, sources)
        except NotInSources:
            self._refuse("unsupported", sources)

    async def _retrieve(self) -> Found:
        turn, profile = self._turn, self._turn.manifest.retrieval_profile
        with stage("retrieve", self._tools.clock) as took:
            try:
                found = await retrieve(
                    self._tools.searcher, turn.caller, turn.question, profile, turn.deadline
                )
            finally:
                self._tally.retrieval_ms = took.ms
        if found.degradations:
            self._tally.degraded(*found.degradations)
            self._log.append(Notice("degraded", phrase("degraded", turn.language)))
        return found

    async def _write(self, links: tuple[Link, ...], sources: tuple[Source, ...]) -> None:
        self._stage = "the model"
        by_number = {source.n: source for source in sources}
        tools = self._tools
        self._check = CitationCheck(
            by_number, tools.embedder, tools.executor, self._turn.language, self._log.append
        )
        draft = Draft(self._log, sources, self._check, self._tally)
        finished = await write(
            links, lambda link: self._task(link, sources), draft, self._tally, self._fell_back
        )
        self._tally.usage, self._tally.fit = finished.usage, finished.fit
        self._stage = "the check of citations"
        await self._check.finish()
        self._finish(self._done(finished.reason))

    def _task(self, link: Link, sources: tuple[Source, ...]) -> WritingTask:
        turn, offered = self._turn, within(sources, link.context_tokens)
        question = turn.question.text
        messages = build(turn.manifest.prompt, question, offered, turn.language)
        return WritingTask(question, turn.language, offered, messages, link.max_output_tokens)

    def _fell_back(self, link: Link) -> None:
        name: Literal["extractive_answer", "model_fallback"]
        name = "extractive_answer" if link.last_resort else "model_fallback"
        self._tally.degraded(name)
        self._log.append(Notice("model_fallback", phrase(name, self._turn.language)))

    def _refuse(self, kind: RefusalKind, sources: tuple[Source, ...]) -> None:
        self._tally.refusal = kind
        self._tally.text_sent()
        self._log.append(Delta(refusal(kind, sources, self._turn.language)))
        self._finish(self._done("refusal"))

    def _done(self, finish: Literal["stop", "length", "refusal", "stopped", "abandoned"]) -> Ending:
        if self._check is not None:
            self._tally.supports = self._check.supports
        return self._tally.done(finish)

    def _finish(self, ending: Ending) -> None:
        account(self._turn, self._tally, ending, self._tools.region)
        self._log.append(ending)
