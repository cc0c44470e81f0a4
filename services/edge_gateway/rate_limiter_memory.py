"""Rate limits in this process's memory: one token bucket for each visitor."""

from __future__ import annotations

import math
from collections import OrderedDict

from libs.common.clock import Clock
from libs.common.errors import RateLimited
from services.edge_gateway.rate_limiter import TOO_MANY
from services.edge_gateway.session import Owner

_REMEMBERED = 100_000


class MemoryRateLimiter:
    """The `RateLimiter` port in memory.

    Args:
        per_minute: Requests that are admitted in the long run.
        burst: Requests that are admitted at once.
        clock: Tells the time.
        remembered: Visitors of whom a bucket is kept; the one that was idle longest is forgotten.
    """

    def __init__(self, per_minute: float, burst: int, clock: Clock, remembered: int = _REMEMBERED) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._remembered = remembered
        self._buckets: OrderedDict[Owner, tuple[float, float]] = OrderedDict()

    async def admit(self, owner: Owner) -> None:
        """Counts a request."""
        now = self._clock.monotonic()
        tokens, filled_at = self._buckets.get(owner, (self._burst, now))
        tokens = min(self._burst, tokens + (now - filled_at) * self._per_second)
        if tokens < 1:
            wait_ms = math.ceil((1 - tokens) / self._per_second * 1000)
            raise RateLimited(TOO_MANY, retry_after_ms=wait_ms)
        self._buckets[owner] = (tokens - 1, now)
        self._buckets.move_to_end(owner)
        while len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
