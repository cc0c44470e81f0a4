"""The answers that this process makes, and those that it made a short while ago."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from libs.common.clock import Clock
from libs.common.errors import (
    CausewayError,
    Conflict,
    DependencyUnavailable,
    InternalError,
    NotFound,
    Overloaded,
    ResumeExpired,
)
from libs.common.logs import logger
from services.generation.answer_log import AnswerLog
from services.generation.question import Question

log = logger(__name__)

Owner: TypeAlias = tuple[str, str]
"""(tenant, subject)."""

Key: TypeAlias = tuple[Owner, str]
"""An owner and one of its query ids; nobody else's key can name the answer."""

_SWEEP_SECONDS = 1.0
_REMEMBERED = 20_000
"""Expired answers whose conversations are still known."""


class Job(Protocol):
    """The making of one answer."""

    async def run(self) -> None:
        """Appends every event to the log, the last one included."""
        ...

    def halt(self, finish: Literal["stopped", "abandoned"]) -> None:
        """Appends the last event of an answer that was cancelled."""
        ...

    def fail(self, error: CausewayError) -> None:
        """Appends the last event of an answer that could not be made."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How many answers are held, and how long.

    Attributes:
        running: Answers made at once; more are refused.
        kept: Finished answers kept for readers that come back.
        kept_seconds: How long each is kept.
        unread_seconds: How long an answer is made without a reader.
    """

    running: int = 800
    kept: int = 4000
    kept_seconds: float = 900.0
    unread_seconds: float = 60.0


@dataclass(slots=True)
class _Entry:
    body_hash: str
    conversation: tuple[Owner, str]
    log: AnswerLog
    job: Job
    task: asyncio.Task[None] | None = None
    halted: Literal["stopped", "abandoned"] | None = None
    ended_at: float = 0.0


class LiveAnswers:
    """Owns the tasks that make answers: they outlive the calls that began them."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._running: dict[Key, _Entry] = {}
        self._ended: OrderedDict[Key, _Entry] = OrderedDict()
        self._expired: OrderedDict[Key, str] = OrderedDict()
        self._conversations: dict[tuple[Owner, str], str] = {}

    @property
    def running(self) -> int:
        """Answers being made."""
        return len(self._running)

    def attach(self, owner: Owner, query_id: str, body_hash: str) -> AnswerLog | None:
        """Returns the log of an answer that was asked for before, or None.

        Raises:
            Conflict: The same id came with another body.
        """
        entry = self._entry((owner, query_id))
        if entry is None:
            return None
        if entry.body_hash != body_hash:
            raise Conflict("This idempotency key was used with another body; choose a new one.")
        return entry.log

    def start(self, owner: Owner, question: Question, make: Callable[[AnswerLog], Job]) -> AnswerLog:
        """Begins an answer and returns its log; one that was begun before is attached to.

        Raises:
            Conflict: Another answer of the conversation is running, or the id came with another body.
            Overloaded: Too many answers are running.
        """
        known = self.attach(owner, question.query_id, question.body_hash)
        if known is not None:
            return known
        conversation = (owner, question.conversation_id)
        if question.conversation_id and (busy := self._conversations.get(conversation)):
            raise Conflict(
                "Another answer of this conversation is running; stop it or wait.", info={"query_id": busy}
            )
        if len(self._running) >= self._limits.running:
            raise Overloaded("Too many answers are being made; try again shortly.", retry_after_ms=1000)
        answer_log = AnswerLog(self._clock)
        entry = _Entry(question.body_hash, conversation, answer_log, make(answer_log))
        key = (owner, question.query_id)
        self._running[key] = entry
        if question.conversation_id:
            self._conversations[conversation] = question.query_id
        self._expired.pop(key, None)
        entry.task = asyncio.create_task(entry.job.run(), name=f"answer {question.query_id}")
        entry.task.add_done_callback(lambda task: self._settle(key, entry, task))
        return answer_log

    def find(self, owner: Owner, query_id: str) -> AnswerLog:
        """Returns the log of an answer.

        Raises:
            NotFound: There is none, or it is somebody else's.
            ResumeExpired: There was one; the error names its conversation.
        """
        entry = self._entry((owner, query_id))
        if entry is not None:
            return entry.log
        conversation_id = self._expired.get((owner, query_id))
        if conversation_id is not None:
            raise ResumeExpired(
                "The answer's events are no longer kept; reload its conversation.",
                info={"conversation_id": conversation_id},
            )
        raise NotFound("There is no such answer.")

    async def stop(self, owner: Owner, query_id: str) -> None:
        """Stops an answer and returns when its last event is there; one that has ended is left as it is.

        Raises:
            NotFound: There is none, or it is somebody else's.
            ResumeExpired: It ended long ago.
        """
        self.find(owner, query_id)
        entry = self._running.get((owner, query_id))
        if entry is not None and entry.task is not None:
            self._halt(entry, "stopped")
            await asyncio.wait([entry.task])

    def sweep(self) -> None:
        """Gives up answers that nobody reads and forgets those that have been kept long enough."""
        for entry in list(self._running.values()):
            if entry.log.unread_seconds >= self._limits.unread_seconds:
                self._halt(entry, "abandoned")
        oldest = self._clock.monotonic() - self._limits.kept_seconds
        while self._ended:
            key, entry = next(iter(self._ended.items()))
            if entry.ended_at > oldest and len(self._ended) <= self._limits.kept:
                break
            del self._ended[key]
            self._expired[key] = entry.conversation[1]
            if len(self._expired) > _REMEMBERED:
                self._expired.popitem(last=False)

    async def keep_tidy(self) -> None:
        """Sweeps every second until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self.sweep()

    async def close(self) -> None:
        """Ends every running answer with an error that says to ask again."""
        tasks = [entry.task for entry in self._running.values() if entry.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _entry(self, key: Key) -> _Entry | None:
        return self._running.get(key) or self._ended.get(key)

    def _halt(self, entry: _Entry, why: Literal["stopped", "abandoned"]) -> None:
        if entry.task is not None and entry.halted is None:
            entry.halted = why
            entry.task.cancel()

    def _settle(self, key: Key, entry: _Entry, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, CausewayError):
            log.error("answer_crashed", query_id=key[1], exc_info=error)
        if not entry.log.ended:
            self._end(entry, error)
        entry.ended_at = self._clock.monotonic()
        del self._running[key]
        self._conversations.pop(entry.conversation, None)
        self._ended[key] = entry
        self.sweep()

    def _end(self, entry: _Entry, error: BaseException | None) -> None:
        if isinstance(error, CausewayError):
            entry.job.fail(error)
        elif error is not None:
            entry.job.fail(InternalError())
        elif entry.halted is not None:
            entry.job.halt(entry.halted)
        else:
            entry.job.fail(DependencyUnavailable("The service is restarting; ask again."))
