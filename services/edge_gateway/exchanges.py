"""How often one host token is exchanged for a session."""

from __future__ import annotations

from typing import Protocol

MAX_EXCHANGES = 20
"""Sessions that one `jti` is good for: reloads and tabs work, a leaked token is of little use."""

TOKEN_SECONDS = 17 * 60
"""How long a token can be exchanged: 15 minutes, and a minute by which clocks differ at either end."""

TOO_OFTEN = "This token was exchanged too often; sign a new one."


class ExchangeCounter(Protocol):
    """Remembers the tokens that were seen."""

    async def count(self, tenant: str, jti: str) -> None:
        """Counts one exchange.

        Raises:
            Unauthenticated: The token was exchanged too often already.
        """
        ...
