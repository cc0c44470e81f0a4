"""Refuses calls before they are sent, when retrieval refuses most of them anyway."""

from __future__ import annotations

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from types import TracebackType
from typing import Self

from causeway_client.call_outcomes import CallOutcomes
from causeway_client.errors import CausewayError, DeadlineExceeded, Overloaded

LATER_SECONDS = 0.5
"""When to ask a server again that had no room for a call and did not say so itself."""

_REMEMBERED = 256


class Attempt:
    """One call that is sent: the error that leaves the block says what became of it.

    `overloaded` is a refusal; a deadline that passed or a call that was given up says nothing; anything
    else came from a server that took the call.
    """

    __slots__ = ("_outcomes", "_throttle")

    def __init__(self, throttle: CallThrottle, outcomes: CallOutcomes | None) -> None:
        self._throttle = throttle
        self._outcomes = outcomes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._outcomes is not None:
            self._throttle.note(self._outcomes, error)


class CallThrottle:
    """Decides for the calls of one client; each tenant and each method for itself.

    Safe to use from several threads. Its memory is bounded: who called longest ago is forgotten.

    Args:
        on: False lets everything be sent.
        clock: Seconds on a clock that never goes back.
        chance: Returns numbers from 0 to below 1.
    """

    def __init__(
        self,
        *,
        on: bool = True,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._on = on
        self._clock = clock
        self._chance = chance
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], CallOutcomes] = OrderedDict()

    def attempt(self, method: str, tenant: str) -> Attempt:
        """Lets a call be sent, in the context that is returned.

        Args:
            method: Its short name.
            tenant: Whose token it carries.

        Raises:
            Overloaded: It is not sent; `info` says `refused_by: client`.
        """
        if not self._on:
            return Attempt(self, None)
        now = self._clock()
        with self._lock:
            outcomes = self._outcomes((method, tenant))
            if outcomes.may_send(now, self._chance()):
                return Attempt(self, outcomes)
            after = outcomes.retry_after(now)
        raise Overloaded(
            "Retrieval is asked too much at once, and this call was not sent; try again shortly.",
            retry_after=after,
            info={"refused_by": "client"},
        )

    def note(self, outcomes: CallOutcomes, error: BaseException | None) -> None:
        """Takes note of what a call ended with."""
        with self._lock:
            if isinstance(error, Overloaded):
                after = LATER_SECONDS if error.retry_after is None else error.retry_after
                outcomes.refuse(self._clock(), after)
            elif error is None or (
                isinstance(error, CausewayError) and not isinstance(error, DeadlineExceeded)
            ):
                outcomes.accept(self._clock())
            else:
                outcomes.give_up()

    def _outcomes(self, key: tuple[str, str]) -> CallOutcomes:
        outcomes = self._known.get(key)
        if outcomes is None:
            outcomes = self._known[key] = CallOutcomes()
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return outcomes
