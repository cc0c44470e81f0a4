"""Exchanges of host tokens in this process's memory."""

from __future__ import annotations

from collections import OrderedDict

from libs.common.errors import Unauthenticated
from services.edge_gateway.exchanges import MAX_EXCHANGES, TOO_OFTEN

_REMEMBERED = 100_000


class MemoryExchangeCounter:
    """The `ExchangeCounter` port in memory.

    Args:
        remembered: Tokens of which a count is kept; the one that was used longest ago is forgotten.
    """

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def count(self, tenant: str, jti: str) -> None:
        """Counts one exchange."""
        key = (tenant, jti)
        times = self._seen.get(key, 0) + 1
        if times > MAX_EXCHANGES:
            raise Unauthenticated(TOO_OFTEN)
        self._seen[key] = times
        self._seen.move_to_end(key)
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
