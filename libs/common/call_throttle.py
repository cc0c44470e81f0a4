"""Refuses calls before they are sent, when the service that they are for refuses most of them anyway."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from types import TracebackType
from typing import Self

from libs.common.call_outcomes import CallOutcomes
from libs.common.clock import Clock
from libs.common.errors import CausewayError, DeadlineExceeded, Overloaded
from libs.common.metrics import CALLS_NOT_SENT
from libs.common.rpc_errors import LATER_MS

_REMEMBERED = 1024


class Attempt:
    """One call that is sent: what it ends with is taken note of.

    Used as a context, it judges the error that leaves the block: `overloaded` is a refusal; a deadline that
    passed or a call that was given up says nothing; anything else came from a service that took the call.
    """

    __slots__ = ("_clock", "_outcomes", "_settled")

    def __init__(self, outcomes: CallOutcomes, clock: Clock) -> None:
        self._outcomes = outcomes
        self._clock = clock
        self._settled = False

    def accepted(self) -> None:
        """The service took the call; for a stream, which ends long after that."""
        if not self._settled:
            self._settled = True
            self._outcomes.accept(self._clock.monotonic())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Overloaded):
            self._refused(LATER_MS if error.retry_after_ms is None else error.retry_after_ms)
        elif error is None or (isinstance(error, CausewayError) and not isinstance(error, DeadlineExceeded)):
            self.accepted()
        elif not self._settled:
            self._settled = True
            self._outcomes.give_up()

    def _refused(self, after_ms: int) -> None:
        if not self._settled:
            self._settled = True
            self._outcomes.refuse(self._clock.monotonic(), after_ms / 1000.0)


class CallThrottle:
    """Decides for the calls of one process to one service; each tenant and each method for itself.

    For one event loop. Its memory is bounded: who called longest ago is forgotten.

    Args:
        service: The service's name, for errors and metrics.
        clock: Tells the time.
        chance: Returns numbers from 0 to below 1.
    """

    def __init__(self, service: str, clock: Clock, chance: Callable[[], float] = random.random) -> None:
        self._service = service
        self._clock = clock
        self._chance = chance
        self._known: OrderedDict[tuple[str, str], CallOutcomes] = OrderedDict()

    def attempt(self, method: str, tenant: str) -> Attempt:
        """Lets a call be sent, in the context that is returned.

        Args:
            method: Its short name.
            tenant: On whose behalf.

        Raises:
            Overloaded: It is not sent: the service has no room for most of what this tenant asks.
        """
        outcomes = self._outcomes((method, tenant))
        now = self._clock.monotonic()
        if outcomes.may_send(now, self._chance()):
            return Attempt(outcomes, self._clock)
        CALLS_NOT_SENT.labels(self._service, method).inc()
        raise Overloaded(
            f"{self._service} is asked too much at once, and this call was not sent; try again shortly.",
            retry_after_ms=max(1, round(outcomes.retry_after(now) * 1000.0)),
        )

    def _outcomes(self, key: tuple[str, str]) -> CallOutcomes:
        outcomes = self._known.get(key)
        if outcomes is None:
            outcomes = self._known[key] = CallOutcomes()
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return outcomes
