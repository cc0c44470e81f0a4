"""How many questions may wait for the core to begin their answers, told from how long it lets them wait.

Additive increase, multiplicative decrease, as TCP has it (Chiu and Jain, 1989): one more for each answer that
the core begins quickly, a third less when it is slow or refuses one, and that once for all the questions that
were under way then. What the core says of its own queue is not enough: calls wait in its gRPC, too, unseen.
"""

from __future__ import annotations

from collections.abc import Hashable

from libs.common.clock import Clock

QUICK_SECONDS = 0.1
"""A core that begins an answer so soon may be given more at once."""
SLOW_SECONDS = 0.25
"""A core that takes so long is given less: the questions wait as well here, where tenants take turns."""
LESS = 0.7
"""What is left then of the questions that were under way."""


class CoreLimit:
    """A limit on concurrency for an `Admission`.

    Args:
        clock: Tells the time.
        start: Where it begins.
        most: It never rises above.
        least: It never falls below, so that somebody notices when the core has recovered.
    """

    def __init__(self, clock: Clock, start: int = 8, most: int = 512, least: int = 4) -> None:
        self._clock = clock
        self._most = most
        self._least = least
        self._limit = start
        self._fell_at = float("-inf")

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return self._limit

    def note(self, kind: Hashable, seconds: float, running: int) -> None:
        """Notes that the core has begun an answer, after so long, while so many questions were under way."""
        if seconds <= QUICK_SECONDS:
            if running * 2 > self._limit:
                self._limit = min(self._limit + 1, self._most)
        elif seconds >= SLOW_SECONDS:
            self.lower(seconds, running)

    def lower(self, seconds: float, running: int) -> None:
        """Lets fewer be under way, because of a question that was sent so long ago."""
        now = self._clock.monotonic()
        if now - seconds > self._fell_at:
            self._limit = max(int(min(self._limit, running) * LESS), self._least)
            self._fell_at = now
