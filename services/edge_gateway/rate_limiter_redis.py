"""Rate limits that all edges of a region count together in Redis."""

from __future__ import annotations

from hashlib import blake2b

from libs.common.errors import RateLimited
from libs.common.metrics import FAIL_OPEN
from services.edge_gateway.rate_limiter import TOO_MANY, RateLimiter
from services.edge_gateway.redis_client import RedisClient, Script
from services.edge_gateway.session import Owner

PART = "rate_limiter"

# The generic cell rate algorithm: a token bucket in one number, the moment at which the bucket is full
# again (ITU-T I.371, annex A). It runs on Redis' own clock, in microseconds, which a double holds exactly.
ADMIT = Script("""
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full_at = tonumber(redis.call('GET', KEYS[1]) or now)
full_at = math.min(math.max(full_at, now), now + interval * burst)
local next_full_at = full_at + interval
local wait = next_full_at - interval * burst - now
if wait > 0 then
  return math.ceil(wait / 1000)
end
redis.call('SET', KEYS[1], string.format('%.0f', next_full_at), 'PX', math.ceil((next_full_at - now) / 1000))
return 0
""")
"""Interval in microseconds, burst -> milliseconds to wait; 0 means admitted."""


class RedisRateLimiter:
    """The `RateLimiter` port in Redis.

    A key lives as long as its bucket is not full, and names the visitor by a hash only.

    Args:
        name: Of what is limited; each has buckets of its own.
        per_minute: Requests that are admitted in the long run.
        burst: Requests that are admitted at once.
        client: Runs the script.
        fallback: Admits while Redis is away.
    """

    def __init__(
        self, name: str, per_minute: float, burst: int, client: RedisClient, fallback: RateLimiter
    ) -> None:
        self._name = name
        self._interval = max(1, round(60_000_000 / per_minute))
        self._burst = burst
        self._client = client
        self._fallback = fallback

    async def admit(self, owner: Owner) -> None:
        """Counts a request."""
        tenant, subject = owner
        visitor = blake2b(subject.encode(), digest_size=16).hexdigest()
        name = f"limit:{self._name}:{visitor}"
        wait_ms = await self._client.run(ADMIT, tenant, name, self._interval, self._burst)
        if wait_ms is None:
            FAIL_OPEN.labels(PART).inc()
            await self._fallback.admit(owner)
        elif wait_ms > 0:
            raise RateLimited(TOO_MANY, retry_after_ms=wait_ms)
