"""Asks once more where an answer broke off on its way.

gRPC's own retry ends where an answer begins: once a call's initial metadata are there, it is never made
again. Causeway sends its pressure so, and a server that dies before the answer is whole would cost the call.
"""

from __future__ import annotations

import threading
import time

import grpc

BURST = 100.0
"""Repeats in hand after a quiet time: as many calls as one connection holds may be lost with it."""
SHARE = 0.1
"""Repeats that each call adds to that."""

_RESET = grpc.StatusCode.INTERNAL
"""What gRPC says of a stream that something in between has reset; of a lost connection, UNAVAILABLE."""

_SAYS_WHY = frozenset({"grpc-status-details-bin", "grpc-retry-pushback-ms"})
"""What only an error that the service itself raised carries."""


class RepeatBudget:
    """Keeps repeats rare, so that a service in trouble is not asked twice as much; threads may share it.

    Args:
        burst: Repeats at most without other calls between them.
        share: Repeats that each call allows.
    """

    def __init__(self, burst: float = BURST, share: float = SHARE) -> None:
        self._burst = burst
        self._share = share
        self._left = burst
        self._lock = threading.Lock()

    def begin(self, seconds: float) -> Attempts:
        """Begins a call that may take so long, its repeat included."""
        with self._lock:
            self._left = min(self._burst, self._left + self._share)
        return Attempts(self, seconds)

    def take(self) -> bool:
        """Whether one more call may be repeated; if so, it is counted."""
        with self._lock:
            if self._left < 1.0:
                return False
            self._left -= 1.0
            return True


class Attempts:
    """The attempts at one call, two at most; the method must be safe to call twice."""

    def __init__(self, budget: RepeatBudget, seconds: float) -> None:
        self._budget = budget
        self._until = time.monotonic() + seconds
        self._repeated = False

    def left(self) -> float:
        """Seconds left for the attempt that is to be made; negative once there are none."""
        return self._until - time.monotonic()

    def again(self, failed: grpc.RpcError) -> bool:
        """Whether to make the call once more after an error."""
        if self._repeated or self.left() <= 0 or not broke_off(failed) or not self._budget.take():
            return False
        self._repeated = True
        return True


def broke_off(failed: grpc.RpcError) -> bool:
    """Whether a call was lost on its way: before its answer had begun, or in the midst of it.

    gRPC's own retry comes first; it may have been used up by then, on a server that had no room. An error
    that the service itself raised says why, and is no reason to ask again.

    Args:
        failed: What gRPC raised, in its sync or its async form.
    """
    if not isinstance(failed, grpc.Call | grpc.aio.AioRpcError):
        return False
    lost = failed.code() is grpc.StatusCode.UNAVAILABLE
    reset = failed.code() is _RESET and bool(failed.initial_metadata())
    said = {key for key, _ in failed.trailing_metadata() or ()}
    return (lost or reset) and said.isdisjoint(_SAYS_WHY)
