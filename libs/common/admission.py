"""Admission: so much work runs at a time, a bounded amount waits for its turn, the rest is turned away."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from libs.common.clock import Clock
from libs.common.deadline import Deadline
from libs.common.departure_pace import DeparturePace
from libs.common.errors import DeadlineExceeded, Overloaded
from libs.common.fair_queue import FairQueue
from libs.common.metrics import ADMISSION_LIMIT, QUEUE_DEPTH, SHED_WORK
from libs.common.pressure import SHED, Pressure, Thresholds

Priority = Literal["interactive", "background", "shadow"]
"""What `x-causeway-priority` may say."""
PRIORITY_KEY = "x-causeway-priority"
PRIORITIES: frozenset[str] = frozenset(get_args(Priority))

FIRST_GUESS_SECONDS = 0.005
"""What a piece of work is taken to last before one of its class was seen."""
_LEAST_SECONDS = 1e-6
_SMOOTHING = 0.1
_REMEMBERED = 1024
_PRESSED_FROM = 2
"""From this level on, what runs at a time is worth less than that calls are seen soon."""
Kinds = tuple[str, str, str, str]
ALIKE: Kinds = ("full", "full", "full", "full")
"""Work that costs the same whatever the pressure."""
_TURNED_AWAY_AT: dict[Priority, int] = {"interactive": SHED + 1, "background": 2, "shadow": 1}


class ConcurrencyLimit(Protocol):
    """How many pieces of work may run at the same time."""

    @property
    def limit(self) -> int:
        """How many may run now."""
        ...

    def note(self, kind: Hashable, seconds: float, running: int) -> None:
        """Takes the time of a finished piece of some class into account; so many ran when it ended."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks for a place, and how long it may wait.

    Attributes:
        tenant: Takes turns with the others.
        deadline: When the result is of no use any more.
        thresholds: From which wait on which level of pressure holds for it.
        priority: What is turned away first.
        kinds: The class of work that it is at each level of pressure, 0 to 3; the later, the cheaper.
    """

    tenant: str
    deadline: Deadline
    thresholds: Thresholds = Thresholds()
    priority: Priority = "interactive"
    kinds: Kinds = ALIKE


@dataclass(slots=True)
class Place:
    """A piece of work that may run now.

    Attributes:
        level: The pressure under which it does, 0 to 3.
        kind: Its class of work, to be named by who runs it: each has an estimate of its own.
        since: When it began, on the admission's monotonic clock.
    """

    level: int
    kind: str = "full"
    since: float = 0.0


@dataclass(eq=False, slots=True)
class _Ticket:
    ask: Ask
    since: float
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Admission:
    """Admits the work of one process.

    Args:
        queue: Name of the queue, for metrics.
        limit: How many may run at the same time.
        clock: Tells the time.
        most_pressed: How many at most from level 2 on; 0 for no limit of its own.
    """

    def __init__(self, queue: str, limit: ConcurrencyLimit, clock: Clock, most_pressed: int = 0) -> None:
        self._queue = queue
        self._limit = limit
        self._clock = clock
        self.most_pressed = most_pressed
        self._pressed = False
        self._running = 0
        self._waiting: FairQueue[_Ticket] = FairQueue()
        self._kind = "full"
        self._seconds: dict[str, float] = {}
        self._pace = DeparturePace(clock)
        self._pressures: OrderedDict[tuple[str, Thresholds], Pressure] = OrderedDict()
        self._accepted: OrderedDict[str, tuple[float, Kinds]] = OrderedDict()
        self._early = SHED_WORK.labels(queue, "early")

    @property
    def running(self) -> int:
        """How many run now."""
        return self._running

    def wait_of(self, tenant: str, kinds: Kinds = ALIKE) -> float:
        """Returns the seconds that new work would wait, estimated, if all did the cheapest kind."""
        return self._waits(tenant, kinds)[-1]

    def turns_of(self, tenant: str) -> int:
        """Returns how many turns come up to and with that of a tenant's new work; 0 where there is room."""
        if self._running < self._places and not self._waiting:
            return 0
        return self._waiting.ahead_of(tenant) + 1

    def overflow(self, tenant: str) -> int | None:
        """Returns the milliseconds after which a tenant should ask again, or None if it may ask now.

        For who wants to refuse a call before it is read. What a tenant accepted when it asked last is
        taken to hold for this call, too; a tenant that never asked may ask.
        """
        accepted = self._accepted.get(tenant)
        if accepted is None:
            return None
        bound, kinds = accepted
        wait = self.wait_of(tenant, kinds)
        if wait < bound:
            return None
        self._early.inc()
        return max(1, round(wait * 1000.0))

    def level_of(self, ask: Ask, waited: float = 0.0) -> int:
        """Returns the level of pressure, 0 to 4, for a tenant's work that has waited already."""
        key = (ask.tenant, ask.thresholds)
        pressure = self._pressures.get(key)
        if pressure is None:
            pressure = self._pressures[key] = Pressure(ask.thresholds, self._clock)
            if len(self._pressures) > _REMEMBERED:
                self._pressures.popitem(last=False)
        else:
            self._pressures.move_to_end(key)
        return pressure.level([max(waited, wait) for wait in self._waits(ask.tenant, ask.kinds)])

    def require_room(self, ask: Ask) -> None:
        """Does nothing while there is room for a piece of work; to refuse it before it is read.

        Raises:
            Overloaded: `enter` would refuse it now.
            DeadlineExceeded: As there.
        """
        self._weigh(ask, "early")

    @asynccontextmanager
    async def place(self, ask: Ask) -> AsyncIterator[Place]:
        """Waits for a place and holds it for the length of the block.

        Raises:
            Overloaded: The wait would be too long, for the thresholds or for the deadline; nothing was done.
            DeadlineExceeded: The time ran out while it waited; nothing was done.
        """
        place, done = await self.enter(ask), False
        try:
            yield place
            done = True
        finally:
            self.leave(place, learn=done)

    async def enter(self, ask: Ask) -> Place:
        """Waits for a place like `place`; whoever gets one leaves it, once."""
        self._remember(ask)
        level = self._weigh(ask, "level")
        if self._running < self._places and not self._waiting:
            self._running += 1
            return Place(min(level, SHED - 1), since=self._clock.monotonic())
        return await self._take_turn(ask)

    def leave(self, place: Place, *, learn: bool = True) -> None:
        """Gives a place back.

        Args:
            place: The place.
            learn: Whether its time says how long work of its class takes.
        """
        if learn:
            self._note(place.kind, self._clock.monotonic() - place.since)
        self._leave()

    @property
    def _places(self) -> int:
        """How many may run now."""
        limit = self._limit.limit
        return min(limit, self.most_pressed or limit) if self._pressed else limit

    def _weigh(self, ask: Ask, reason: str) -> int:
        """Returns the level of pressure for a piece of work that may wait, or run."""
        wait = self.wait_of(ask.tenant, ask.kinds)
        level = self.level_of(ask)
        self._pressed = level >= _PRESSED_FROM
        left = ask.deadline.left()
        if left <= 0.0:
            raise DeadlineExceeded("No time was left to wait for a turn; allow the call more time.")
        # Turning away knows no hysteresis: with a memory, places would stay empty while work is refused.
        if wait >= ask.thresholds.bound or level >= _TURNED_AWAY_AT[ask.priority]:
            raise self._overloaded(wait, reason)
        # With nothing under way one may always try: an estimate that is out of date would never be renewed.
        if self._running and wait + self._estimates(ask.kinds)[-1] > left:
            raise self._overloaded(wait, "deadline")
        return level

    def _remember(self, ask: Ask) -> None:
        self._accepted[ask.tenant] = (ask.thresholds.bound, ask.kinds)
        self._accepted.move_to_end(ask.tenant)
        if len(self._accepted) > _REMEMBERED:
            self._accepted.popitem(last=False)

    async def _take_turn(self, ask: Ask) -> Place:
        ticket = _Ticket(ask, self._clock.monotonic())
        if not self._waiting:
            self._pace.begin()
        self._waiting.push(ask.tenant, ticket)
        QUEUE_DEPTH.labels(self._queue).set(len(self._waiting))
        try:
            await ticket.turn
        except asyncio.CancelledError:
            if ticket.turn.done() and not ticket.turn.cancelled() and ticket.turn.exception() is None:
                self._leave()  # its turn had come in the same moment
            self._waiting.drop(ask.tenant, ticket)
            raise
        now = self._clock.monotonic()
        return Place(min(self.level_of(ask, now - ticket.since), SHED - 1), since=now)

    def _leave(self) -> None:
        """Gives a place back, to whose turn it is; those who waited in vain are told so on the way."""
        self._running -= 1
        now = self._clock.monotonic()
        self._pace.note()
        while self._waiting and self._running < self._places:
            ticket = self._waiting.pop()
            if ticket.turn.done():
                continue
            if ticket.ask.deadline.left() <= self._estimates(ticket.ask.kinds)[-1]:
                ticket.turn.set_exception(DeadlineExceeded("The time ran out while waiting for a turn."))
            elif now - ticket.since > 2.0 * ticket.ask.thresholds.bound:
                wait = self.wait_of(ticket.ask.tenant, ticket.ask.kinds)
                ticket.turn.set_exception(self._overloaded(wait, "wait"))
            else:
                self._running += 1
                ticket.turn.set_result(None)
        if not self._waiting:
            self._pace.end()
        QUEUE_DEPTH.labels(self._queue).set(len(self._waiting))

    def _note(self, kind: str, seconds: float) -> None:
        seconds = max(seconds, _LEAST_SECONDS)
        known = self._seconds.get(kind, seconds)
        self._seconds[kind] = known + _SMOOTHING * (seconds - known)
        self._kind = kind
        self._limit.note(kind, seconds, self._running)
        ADMISSION_LIMIT.labels(self._queue).set(self._limit.limit)

    def _waits(self, tenant: str, kinds: Kinds) -> tuple[float, ...]:
        """What new work of a tenant would wait, in seconds, if all were done as each level has it."""
        # With fewer places each is done sooner: what it took when there were more is shared among as many.
        limit, turns = self._limit.limit, self.turns_of(tenant)
        # How far apart ends are is measured on the class that ends just now; others take another share of it.
        pace = self._pace.seconds(limit) / self._seconds.get(self._kind, FIRST_GUESS_SECONDS)
        return tuple(turns * seconds * max(1 / limit, pace) for seconds in self._estimates(kinds))

    def _estimates(self, kinds: Kinds) -> list[float]:
        """What work takes at each level, in seconds; never less than at a level that does less.

        A class that was not seen yet is taken to cost what the one of the level before does.
        """
        known = [self._seconds.get(kind) for kind in kinds]
        before = next((each for each in known if each is not None), FIRST_GUESS_SECONDS)
        estimates = [before := before if each is None else each for each in known]
        for level in range(len(estimates) - 2, -1, -1):
            estimates[level] = max(estimates[level], estimates[level + 1])
        return estimates

    def _overloaded(self, wait: float, reason: str) -> Overloaded:
        SHED_WORK.labels(self._queue, reason).inc()
        after = max(1, round(wait * 1000.0))
        return Overloaded("Too much is asked at once; try again shortly.", retry_after_ms=after)
