"""Counts how often one host token is exchanged for a session."""

from __future__ import annotations

from collections import OrderedDict

from libs.common.errors import Unauthenticated

MAX_EXCHANGES = 20
"""Sessions that one `jti` is good for: reloads and tabs work, a leaked token is of little use."""

_REMEMBERED = 100_000


class ExchangeCounter:
    """Remembers the tokens that were seen, within a bound; the count is this process's own."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()

    def count(self, tenant: str, jti: str) -> None:
        """Counts one exchange.

        Raises:
            Unauthenticated: The token was exchanged too often already.
        """
        key = (tenant, jti)
        times = self._seen.get(key, 0) + 1
        if times > MAX_EXCHANGES:
            raise Unauthenticated("This token was exchanged too often; sign a new one.")
        self._seen[key] = times
        self._seen.move_to_end(key)
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
