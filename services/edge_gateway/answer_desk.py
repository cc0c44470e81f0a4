"""Passes questions on to the core, tenants by turns, and refuses them when too many wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from libs.common.admission import Admission, Ask, Place
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import Overloaded
from libs.common.metrics import SHED_WORK
from libs.common.pressure import Thresholds
from services.edge_gateway.answers import Answers, Batch, Question
from services.edge_gateway.core_limit import CoreLimit
from services.edge_gateway.core_wait import CoreWait
from services.edge_gateway.manifests import Manifests
from services.edge_gateway.session import Session

QUEUE = "questions"
PATIENCE_SECONDS = 60.0
"""How long a question may wait at all; its thresholds are far below."""
EXPECTED_SHARE = 0.8
"""What part of the bound a question may be expected to wait. The rest is for those that wait longer than they
were expected to: a refusal after the wait helps nobody."""


class AnswerDesk:
    """Where questions wait until the core begins their answers.

    How long they wait for their turn is the level of pressure, by the thresholds of their manifest's policy.
    The core is told, and answers accordingly. Visitors whom nobody vouches for are refused one level earlier.
    The policy's bound is for the whole wait, here and in the core: who would wait longer is refused at once,
    and whose turn has not come in time, although it should have, is refused then.

    Args:
        answers: The core.
        manifests: Knows the thresholds.
        clock: Tells the time.
        limit: How many questions the core may be asked before it has begun to answer.
    """

    def __init__(
        self, answers: Answers, manifests: Manifests, clock: Clock, limit: CoreLimit | None = None
    ) -> None:
        self._answers = answers
        self._manifests = manifests
        self._clock = clock
        self._limit = limit or CoreLimit(clock)
        self._admission = Admission(QUEUE, self._limit, clock)
        self._wait = CoreWait(clock)

    @property
    def limit(self) -> int:
        """How many questions the core may be asked before it has begun to answer."""
        return self._limit.limit

    def require_room(self, session: Session) -> None:
        """Does nothing while a visitor may ask; needs to know no more than who it is.

        Raises:
            Overloaded: The wait would be too long; it says how long.
        """
        ask = self._ask_of(session)
        self._require_short_wait(ask)
        self._admission.require_room(ask)

    async def ask(self, session: Session, question: Question) -> AsyncGenerator[Batch, None]:
        """Streams the answer to a question, once its turn has come.

        Raises:
            Overloaded: It would wait, or has waited, too long, here or in the core; nothing was done.
            CausewayError: As the core raised it.
        """
        waiting = _Waiting(self._admission, self._wait, await self._turn(self._ask_of(session)))
        answer = self._answers.ask(session.caller, question, waiting.place.level, waiting.over)
        try:
            async with aclosing(answer) as batches:
                async for batch in batches:
                    yield batch
        except Overloaded:
            if waiting.held:
                seconds = self._clock.monotonic() - waiting.place.since
                self._limit.lower(seconds, self._admission.running)
            raise
        finally:
            waiting.given_up()

    async def _turn(self, ask: Ask) -> Place:
        """Waits for a question's turn, as long as its answer may begin within the bound."""
        bound, since = ask.thresholds.bound, self._clock.monotonic()
        if not self._require_short_wait(ask):
            return await self._admission.enter(ask)
        try:
            with self._wait.waiting():
                async with asyncio.timeout(bound):
                    place = await self._admission.enter(ask)
        except TimeoutError:
            raise self._overloaded(self._expected(ask, 1), "wait") from None
        waited = self._clock.monotonic() - since
        if waited > bound * EXPECTED_SHARE and waited + self._expected(ask, 0) > bound:
            self._admission.leave(place, learn=False)
            raise self._overloaded(self._expected(ask, 1), "wait")
        return place

    def _require_short_wait(self, ask: Ask) -> int:
        """Returns how many turns come up to and with a question's own; 0 where it need not wait for one."""
        turns = self._admission.turns_of(ask.tenant)
        # One may always wait: without that, a pace that is out of date would never be renewed.
        if turns > 1:
            wait = self._expected(ask, turns)
            if wait >= ask.thresholds.bound * EXPECTED_SHARE:
                raise self._overloaded(wait, "early")
        return turns

    def _expected(self, ask: Ask, turns: int) -> float:
        """Seconds until the answer to a question would begin that gets its turn after some others."""
        guess = self._admission.wait_of(ask.tenant) if turns else 0.0
        return self._wait.expected(self._admission.running + turns, guess)

    def _overloaded(self, wait: float, reason: str) -> Overloaded:
        SHED_WORK.labels(QUEUE, reason).inc()
        after = max(1, round(wait * 1000.0))
        return Overloaded("Too much is asked at once; try again shortly.", retry_after_ms=after)

    def _ask_of(self, session: Session) -> Ask:
        policy = self._manifests.bundle(session.tenant).manifest.policy
        thresholds = Thresholds.of_ms(policy.pressure_ms)
        if session.anonymous:
            first, second, third, _ = thresholds.seconds
            thresholds = Thresholds((first, second, third, third))
        return Ask(session.tenant, Deadline.after(PATIENCE_SECONDS, self._clock), thresholds)


@dataclass(slots=True)
class _Waiting:
    """A question that the core has been asked; its place here is given back once."""

    admission: Admission
    wait: CoreWait
    place: Place
    held: bool = True

    def over(self) -> None:
        """The core has begun the answer."""
        if self.held:
            self.wait.note()
        self._leave(learn=True)

    def given_up(self) -> None:
        """The answer is over, if it ever began."""
        self._leave(learn=False)

    def _leave(self, *, learn: bool) -> None:
        if self.held:
            self.held = False
            self.admission.leave(self.place, learn=learn)
