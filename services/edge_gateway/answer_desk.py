"""Passes questions on to the core, tenants by turns, and refuses them when too many wait."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from libs.common.admission import Admission, Ask, Place
from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.errors import Overloaded
from libs.common.pressure import Thresholds
from services.edge_gateway.answers import Answers, Batch, Question
from services.edge_gateway.core_limit import CoreLimit
from services.edge_gateway.manifests import Manifests
from services.edge_gateway.session import Session

QUEUE = "questions"
PATIENCE_SECONDS = 60.0
"""How long a question may wait at all; its thresholds are far below."""


class AnswerDesk:
    """Where questions wait until the core begins their answers.

    How long they wait for their turn is the level of pressure, by the thresholds of their manifest's policy.
    The core is told, and answers accordingly. Visitors whom nobody vouches for are refused one level earlier.

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

    @property
    def limit(self) -> int:
        """How many questions the core may be asked before it has begun to answer."""
        return self._limit.limit

    def require_room(self, session: Session) -> None:
        """Does nothing while a visitor may ask; needs to know no more than who it is.

        Raises:
            Overloaded: The wait would be too long; it says how long.
        """
        self._admission.require_room(self._ask_of(session))

    async def ask(self, session: Session, question: Question) -> AsyncGenerator[Batch, None]:
        """Streams the answer to a question, once its turn has come.

        Raises:
            Overloaded: It would wait, or has waited, too long, here or in the core; nothing was done.
            CausewayError: As the core raised it.
        """
        waiting = _Waiting(self._admission, await self._admission.enter(self._ask_of(session)))
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
    place: Place
    held: bool = True

    def over(self) -> None:
        """The core has begun the answer."""
        self._leave(learn=True)

    def given_up(self) -> None:
        """The answer is over, if it ever began."""
        self._leave(learn=False)

    def _leave(self, *, learn: bool) -> None:
        if self.held:
            self.held = False
            self.admission.leave(self.place, learn=learn)
