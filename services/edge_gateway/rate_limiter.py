"""How often a visitor may do something."""

from __future__ import annotations

from typing import Protocol

from services.edge_gateway.session import Owner

TOO_MANY = "Too many requests; wait a moment."


class RateLimiter(Protocol):
    """Admits one kind of request, visitor by visitor."""

    async def admit(self, owner: Owner) -> None:
        """Counts a request.

        Raises:
            RateLimited: The visitor makes too many; it says when the next is admitted.
        """
        ...
