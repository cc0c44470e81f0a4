"""Asks once more where an answer broke off on its way.

gRPC's own retry (`Retried`) ends where an answer begins: once a call's initial metadata are there, it is
never made again. A server that sends some, and dies before the answer is whole, would cost the call.
"""

from __future__ import annotations

import grpc

from libs.common.clock import Clock
from libs.common.logs import logger
from libs.common.metrics import REPEATED_CALLS
from libs.common.rpc_errors import says_why

log = logger(__name__)

BURST = 100.0
"""Repeats in hand after a quiet time: as many calls as one connection holds may be lost with it."""
SHARE = 0.1
"""Repeats that each call adds to that."""

_RESET = grpc.StatusCode.INTERNAL
"""What gRPC says of a stream that something in between has reset; of a lost connection, UNAVAILABLE."""


class RepeatBudget:
    """Keeps repeats rare, so that a service in trouble is not asked twice as much.

    Args:
        burst: Repeats at most without other calls between them.
        share: Repeats that each call allows.
    """

    def __init__(self, burst: float = BURST, share: float = SHARE) -> None:
        self._burst = burst
        self._share = share
        self._left = burst

    def called(self) -> None:
        """A call is made."""
        self._left = min(self._burst, self._left + self._share)

    def take(self) -> bool:
        """Whether one more may be repeated; if so, it is counted."""
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Repeats:
    """Says which calls of a method are made again; the method must be safe to call twice.

    Args:
        method: Its name, for logs and metrics.
        clock: Measures how much of a call's time is left.
        budget: How many repeats there may be.
    """

    def __init__(self, method: str, clock: Clock, budget: RepeatBudget | None = None) -> None:
        self._method = method
        self._clock = clock
        self._budget = budget or RepeatBudget()

    def begin(self, seconds: float) -> Attempts:
        """Begins a call that may take so long, its repeat included."""
        self._budget.called()
        return Attempts(self._method, self._clock, self._budget, seconds)


class Attempts:
    """The attempts at one call, two at most."""

    def __init__(self, method: str, clock: Clock, budget: RepeatBudget, seconds: float) -> None:
        self._method = method
        self._clock = clock
        self._budget = budget
        self._until = clock.monotonic() + seconds
        self._repeated = False

    def left(self) -> float:
        """Seconds left for the attempt that is to be made; negative once there are none."""
        return self._until - self._clock.monotonic()

    def again(self, error: grpc.aio.AioRpcError) -> bool:
        """Whether to make the call once more after an error."""
        if self._repeated or self.left() <= 0 or not broke_off(error) or not self._budget.take():
            return False
        self._repeated = True
        REPEATED_CALLS.labels(self._method).inc()
        log.info("call_repeated", rpc=self._method)
        return True


def broke_off(error: grpc.aio.AioRpcError) -> bool:
    """Whether a call was lost on its way: before its answer had begun, or in the midst of it.

    gRPC's own retry comes first; it may have been used up by then, on a server that had no room. An error
    that the service itself raised says why, and is no reason to ask again.
    """
    lost = error.code() is grpc.StatusCode.UNAVAILABLE
    reset = error.code() is _RESET and bool(error.initial_metadata())
    return (lost or reset) and not says_why(error)
