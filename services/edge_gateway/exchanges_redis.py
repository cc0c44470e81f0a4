"""Exchanges of host tokens that all edges of a region count together in Redis."""

from __future__ import annotations

from hashlib import blake2b

from libs.common.errors import Unauthenticated
from libs.common.metrics import FAIL_OPEN
from services.edge_gateway.exchanges import MAX_EXCHANGES, TOKEN_SECONDS, TOO_OFTEN, ExchangeCounter
from services.edge_gateway.redis_client import RedisClient, Script

PART = "exchange_counter"

COUNT = Script("""
local times = redis.call('INCR', KEYS[1])
if times == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return times
""")
"""Milliseconds that the count is kept from the first exchange on -> how many there were."""


class RedisExchangeCounter:
    """The `ExchangeCounter` port in Redis.

    Each exchange is counted in the process too: while Redis is away a token is still good for no more
    than `MAX_EXCHANGES` at any one edge, those from before included.

    Args:
        client: Runs the script.
        local: The process's own count.
    """

    def __init__(self, client: RedisClient, local: ExchangeCounter) -> None:
        self._client = client
        self._local = local

    async def count(self, tenant: str, jti: str) -> None:
        """Counts one exchange."""
        await self._local.count(tenant, jti)
        token = blake2b(jti.encode(), digest_size=16).hexdigest()
        times = await self._client.run(COUNT, tenant, f"exchanges:{token}", TOKEN_SECONDS * 1000)
        if times is None:
            FAIL_OPEN.labels(PART).inc()
        elif times > MAX_EXCHANGES:
            raise Unauthenticated(TOO_OFTEN)
